"""Write page.html: the page that `dvc plots show` and `dvc plots diff` fill in, working without a network.

DVC's own page loads Vega from a server, so it is blank offline. This one carries Vega inside, gzipped (370 kB
instead of 830 kB) and unpacked by the browser. Needs npm; run it only to change the versions or the page:

    python .dvc/plots/make_page.py
"""

import base64
import gzip
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
# The last versions of the line whose JSON schema the templates name (vega-lite/v5.json).
PACKAGES = {"vega": "5.33.1", "vega-lite": "5.23.0", "vega-embed": "6.29.0"}

PAGE = """<!DOCTYPE html>
<html lang="en">
<!--
Made by make_page.py; do not edit. Contains {versions}.

{licenses}-->
<head>
<meta charset="utf-8">
{{refresh_tag}}
<title>Plots</title>
<style>
  body {{ font-family: sans-serif; margin: 2em; }}
  body > div {{ margin-bottom: 2em; }}
  img {{ max-width: 45vw; }}  /* a picture and its other revision side by side; alone, a picture may be wider */
  div:only-of-type > img {{ max-width: 90vw; }}
</style>
<script type="application/gzip" id="vega">{packed}</script>
<script>
  // The plots call vegaEmbed at once: keep their calls until Vega is unpacked.
  const packed = Uint8Array.from(atob(document.getElementById("vega").textContent), (c) => c.charCodeAt(0));
  const source = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const embed = new Response(source).text().then((text) => {{
    const script = document.createElement("script");
    script.textContent = text;
    document.head.append(script);
    return window.vegaEmbed;
  }});
  window.vegaEmbed = (target, spec) => embed.then((draw) => draw(target, spec));
</script>
</head>
<body>
{{plot_divs}}
</body>
</html>
"""


def minified(name: str, version: str) -> bytes:
    """Return the minified build in the npm package `name` at `version`."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True)
        with tarfile.open(Path(folder) / f"{name}-{version}.tgz") as package:
            return package.extractfile(f"package/build/{name}.min.js").read()


def main() -> None:
    """Fetch the three builds and write page.html beside this file."""
    builds = [minified(name, version) for name, version in PACKAGES.items()]
    packed = gzip.compress(b";\n".join(builds), mtime=0)
    page = PAGE.format(
        versions=", ".join(f"{name} {version}" for name, version in PACKAGES.items()),
        licenses=(HERE / "LICENSES.txt").read_text(encoding="utf-8"),
        packed=base64.b64encode(packed).decode("ascii"),
    )
    (HERE / "page.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
