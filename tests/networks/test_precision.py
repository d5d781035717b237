"""Whether networks are trained in 16 bits is told by the processor."""

import pytest

from emotion_core.networks import precision

AMD, INTEL = "vendor_id\t: AuthenticAMD\n", "vendor_id\t: GenuineIntel\n"


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (AMD + "flags\t\t: avx2 avx512f avx512_bf16 sse2\n", "mixed_bfloat16"),
        (AMD + "flags\t\t: avx2 sse2\n", "float32"),
        (INTEL + "flags\t\t: avx512f avx512_bf16 amx_bf16 amx_tile\n", "mixed_bfloat16"),
        # Measured to be slower in 16 bits.
        (INTEL + "flags\t\t: avx512f avx512_bf16 avx512_fp16\n", "float32"),
    ],
    ids=["AMD with it", "AMD without", "Intel with AMX", "Intel with vectors alone"],
)
def test_sixteen_bits_are_taken_where_they_are_faster(tmp_path, monkeypatch, described, expected):
    (tmp_path / "cpuinfo").write_text(described)
    monkeypatch.setattr(precision, "PROCESSOR", tmp_path / "cpuinfo")
    assert precision.fastest_precision() == expected


def test_thirty_two_bits_are_taken_where_the_system_does_not_describe_its_processor(tmp_path, monkeypatch):
    monkeypatch.setattr(precision, "PROCESSOR", tmp_path / "cpuinfo")
    assert precision.fastest_precision() == "float32"
