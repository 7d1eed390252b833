"""The description of the API: valid by another's validator, and true of a server that really runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kgapp.config import Settings
from kgapp.dataset import Dataset
from kgapp.home import Home
from kgapp.store import Store
from kgapp.web import create_app
from tests.server import Running, serving
