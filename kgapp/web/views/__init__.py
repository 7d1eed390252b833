"""The first page, actors in company, districts and the roadmap: views over a traced edition."""
