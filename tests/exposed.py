"""What Prometheus reads, by name and labels."""

from prometheus_client.parser import text_string_to_metric_families


def samples(told: bytes) -> dict[str, float]:
    """Each value by its name and labels, as "name{label=value,other=value}"."""
    found = {}
    for family in text_string_to_metric_families(told.decode()):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            name = f"{sample.name}{{{labels}}}" if labels else sample.name
            found[name] = sample.value
    return found
