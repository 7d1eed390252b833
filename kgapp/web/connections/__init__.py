"""What is linked with what: ways between two things, and what lies around one."""
