"""From numbers to bytes and back: quantization, entropy coding and the payload's container."""
