"""One file of an npm package, at a pinned version, got by npm itself into the cache.

npm asks the registry that this machine is configured for.
"""

import base64
import dataclasses
import hashlib
import shutil
import subprocess
import tarfile

from console import step, unfinished


@dataclasses.dataclass(frozen=True)
class NpmPackage:
    """A package of which one file is wanted.

    :param sha512: of the package, as npm writes it down in a lock file
    """

    name: str
    version: str
    sha512: str
    file: str

    def find(self, cache):
        """The path of the file, or a sentence on why it cannot be had."""
        folder = cache / f"npm-{self.name}-{self.version}"
        if not folder.exists():
            problem = self._get(folder)
            if problem:
                return None, problem
        return folder / self.file, None

    def _get(self, target):
        if not shutil.which("npm"):
            return f"{self.name} is got by npm, and there is no npm on this machine."
        step(f"Getting {self.name} {self.version}.")
        with unfinished(target) as folder:
            wanted = f"{self.name}@{self.version}"
            done = subprocess.run(
                ["npm", "pack", "--silent", "--ignore-scripts", wanted],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            archives = list(folder.glob("*.tgz"))
            if done.returncode or not archives:
                why = (done.stderr.strip().splitlines() or ["npm said nothing"])[-1]
                return f"npm could not get {wanted}: {why}"
            return self._unpack(archives[0], folder, target)

    def _unpack(self, archive, folder, target):
        digest = hashlib.sha512(archive.read_bytes()).digest()
        if base64.b64encode(digest).decode() != self.sha512:
            return f"What npm got as {self.name} {self.version} is something else."
        with tarfile.open(archive) as content:
            member = content.getmember(f"package/{self.file}")
            (folder / self.file).write_bytes(content.extractfile(member).read())
        archive.unlink()
        folder.rename(target)
        return None


#: Looks for labels and contrast in a page.
AXE = NpmPackage(
    name="axe-core",
    version="4.14.1",
    sha512=(
        "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37Og"
        "udVGtQ=="
    ),
    file="axe.min.js",
)
