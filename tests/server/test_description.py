"""The service answers as its description says, whatever is sent."""

from __future__ import annotations

import subprocess
import sys

from tests.shell import ROOT


def test_the_description_names_all_there_is(service):
    document = service.ask("/openapi.json").json
    asked = {"/models", "/models/{name}", "/analyze", "/predict", "/videos", "/jobs/{job}", "/jobs/{job}/result"}
    assert set(document["paths"]) == {"/health", "/ready", "/metrics"} | asked
    kinds = document["paths"]["/analyze"]["post"]["requestBody"]["content"]
    assert set(kinds) == {"multipart/form-data", "image/*", "application/octet-stream"}


def test_each_answer_in_json_has_an_example(service):
    document = service.ask("/openapi.json").json
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for answer in (answer for method in methods.values() for answer in method["responses"].values()):
            for kind, described in answer.get("content", {}).items():
                name = described.get("schema", {}).get("$ref", "").rpartition("/")[2]
                shown = "example" in described or "examples" in schemas.get(name, {})
                assert shown or "json" not in kind, (path, kind)


def test_whatever_is_sent_it_answers_as_described_and_never_with_a_fault(service, tmp_path):
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json"),
        *("--checks", checks, "--phases", "fuzzing", "--max-examples", "8", "--seed", "1", "--no-color"),
    ]
    run = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
