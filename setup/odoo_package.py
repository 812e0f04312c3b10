"""Find Odoo 19, or unpack Debian's package of it into the cache without being root."""

import dataclasses
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path

from console import News, SetupError, run_logged, say, step, unfinished

SERIES = (19, 0)
PACKAGES = {
    "sid": (
        "odoo-19",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-roboto-unhinted",
        "fonts-montserrat",
        "fonts-ocr-b",
    ),
    # Odoo's style sheets want Font Awesome 4; later suites ship later ones.
    "bookworm": ("fonts-font-awesome", "fonts-inconsolata"),
}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Named by web.assets_backend but left out of Debian's package: without it no page
# of the web client can be built.
LEFT_OUT_BY_DEBIAN = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
OTHERWISE = (
    "Or get Odoo 19.0 in another way (its source code will do) and name its folder in "
    "ODOO_HOME."
)


@dataclasses.dataclass(frozen=True)
class Odoo:
    """Where Odoo's Python package and its own add-ons are."""

    import_path: Path
    addons: tuple
    version: str
    origin: str


def find(cache):
    """Take the first Odoo 19 in the order the README promises, and say which."""
    odoo = _from_home() or _from_path(cache) or _from_debian(cache)
    step(f"Odoo {odoo.version}: {odoo.origin}")
    return odoo


def _version(package):
    """Read the version without importing: nothing Odoo needs may be there yet."""
    release = package / "release.py"
    text = release.read_text(encoding="utf-8") if release.is_file() else ""
    pattern = r"^version_info\s*=\s*\((\d+),\s*(\d+),\s*(\d+)"
    numbers = re.search(pattern, text, re.MULTILINE)
    return tuple(int(number) for number in numbers.groups()) if numbers else None


def _describe(import_path, origin, package=None):
    package = package or import_path / "odoo"
    # Source code keeps most add-ons beside the package, installed Odoo all inside.
    beside = () if (package / "addons/web").is_dir() else (package.parent / "addons",)
    addons = (package / "addons", *beside)
    version = ".".join(str(number) for number in _version(package))
    return Odoo(import_path, addons, version, origin)


def _from_home():
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    for folder in (Path(home), Path(home, "usr/lib/python3/dist-packages")):
        version = _version(folder / "odoo")
        if version and version[:2] == SERIES:
            return _describe(folder.resolve(), f"{folder} (named by ODOO_HOME)")
    raise SetupError(
        f"ODOO_HOME is {home}, but there is no Odoo 19.0 in it (its odoo/release.py is "
        "missing or of another version). Correct ODOO_HOME, or unset it."
    )


def _from_path(cache):
    command = shutil.which("odoo")
    package = _package_behind(command) if command else None
    if not package or (_version(package) or ())[:2] != SERIES:
        return None
    if not (package / "addons" / LEFT_OUT_BY_DEBIAN).exists():
        say(
            f"Not using {command}: it is Debian's package, which lacks a file that the "
            "web client needs."
        )
        return None
    # A folder with nothing but Odoo in it: the machine's other Python packages must
    # not come before the pinned ones.
    import_path = cache / "odoo-on-path"
    import_path.mkdir(exist_ok=True)
    link = import_path / "odoo"
    link.unlink(missing_ok=True)
    link.symlink_to(package)
    return _describe(import_path, f"{command} (on PATH)", package)


def _package_behind(command):
    """Ask the interpreter of the ``odoo`` command where its package is."""
    with open(command, "rb") as script:
        first_line = script.readline().decode(errors="replace")
    if not first_line.startswith("#!"):
        return None
    question = "import odoo; print(list(odoo.__path__)[0])"
    answer = subprocess.run(
        [*first_line[2:].split(), "-c", question],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    return Path(answer.stdout.strip()).resolve() if answer.returncode == 0 else None


def _from_debian(cache):
    root = cache / "odoo-19"
    if not root.is_dir():
        _unpack_debian(cache, root)
    origin = f"Debian's package, unpacked into {root}"
    return _describe(root / "usr/lib/python3/dist-packages", origin)


def _unpack_debian(cache, root):
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise SetupError(
                f"Odoo 19 was not found, and there is no {tool} here to get Debian's "
                f"package of it with. {OTHERWISE}"
            )
    with unfinished(root) as work:
        for folder in ("lists/partial", "archives/partial", "parts", "debs", "root"):
            (work / folder).mkdir(parents=True)
        _configure_apt(work)
        _download(work, cache / "logs")
        _unpack(work, cache / "logs/unpack.log")
        (work / "root").rename(root)


def _configure_apt(work):
    """Settings of our own, so that apt neither needs root nor touches the machine's."""
    mirror, options = _debian_mirror()
    lines = [f"deb {options}{mirror} {suite} main\n" for suite in PACKAGES]
    (work / "sources.list").write_text("".join(lines), encoding="utf-8")
    settings = {
        "Dir::Etc::SourceList": work / "sources.list",
        "Dir::Etc::SourceParts": work / "parts",
        "Dir::State::Lists": work / "lists",
        "Dir::Cache": work,
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        # Mirrors that lag behind or stand still are fine for unpacking one package.
        "Acquire::Check-Valid-Until": "false",
        "APT::Update::Error-Mode": "any",  # or a network that is down goes unnoticed
    }
    text = "".join(f'{name} "{value}";\n' for name, value in settings.items())
    # Clean-up hooks of the machine concern its own cache, not ours.
    for hook in ("APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success"):
        text += f"#clear {hook};\n"
    (work / "apt.conf").write_text(text, encoding="utf-8")


def _debian_mirror():
    """The machine's own Debian mirror: it is the one known to be reachable."""
    entries = (*_one_line_entries(), *_deb822_entries())
    found = [
        (mirror, keyring)
        for mirror, suites, components, keyring in entries
        if "main" in components and _own_suites().intersection(suites)
    ]
    if not found:
        raise SetupError(
            "Odoo 19 was not found, and this machine's apt settings name no Debian "
            f"mirror to get it from. {OTHERWISE}"
        )
    # Other publishers use Debian's suite names too, but not Debian's keys.
    mirror, keyring = min(found, key=lambda entry: _distance_from_debian(entry[1]))
    keyring = keyring or (str(KEYRING) if KEYRING.exists() else "")
    return mirror, f"[signed-by={keyring}] " if keyring else ""


def _own_suites():
    text = Path("/etc/os-release").read_text(encoding="utf-8")
    codename = re.search(r'^VERSION_CODENAME="?(\w+)', text, re.MULTILINE)
    own = {codename.group(1)} if codename else set()
    return own | {"oldstable", "stable", "testing", "unstable", "sid"}


def _distance_from_debian(keyring):
    if "debian-archive" in keyring:
        return 0
    return 2 if keyring else 1


def _one_line_entries():
    """Entries like ``deb [options] mirror suite components``."""
    more = sorted(Path("/etc/apt/sources.list.d").glob("*.list"))
    for path in (Path("/etc/apt/sources.list"), *more):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        pattern = r"^deb\s+(\[[^\]]*\])?\s*(\S+)\s+(\S+)\s+(.+)$"
        for entry in re.findall(pattern, text, re.MULTILINE):
            options, mirror, suite, components = entry
            keyring = re.search(r"signed-by=(/[^\s\]]+)", options)
            keyring = keyring.group(1) if keyring else ""
            yield mirror, [suite], components.split(), keyring


def _deb822_entries():
    """Paragraphs of ``Field: value``, as newer installations have them."""
    for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        for paragraph in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
            text = re.sub(r"^#.*\n", "", paragraph, flags=re.MULTILINE)
            found = re.findall(r"^([\w-]+):[ \t]*(.*)$", text, re.MULTILINE)
            fields = {name.lower(): value.strip() for name, value in found}
            mirrors, suites = fields.get("uris", ""), fields.get("suites", "")
            keyring = fields.get("signed-by", "")
            keyring = keyring if keyring.startswith("/") else ""
            off = fields.get("enabled", "yes").lower() in ("no", "false")
            if mirrors and "deb" in fields.get("types", "").split() and not off:
                components = fields.get("components", "").split()
                yield mirrors.split()[0], suites.split(), components, keyring


def _download(work, logs):
    apt = ["apt-get", "-q", "-c", work / "apt.conf"]
    wanted = [f"{name}/{suite}" for suite, names in PACKAGES.items() for name in names]
    step("Looking up Debian's package of Odoo 19.")
    try:
        run_logged([*apt, "update"], "apt-get update", logs / "apt-update.log")
        total = _size([*apt, "download", "--print-uris", *wanted])
        with _Watched(work / "debs", total):
            run_logged(
                [*apt, "download", *wanted],
                "Downloading Odoo",
                logs / "apt-download.log",
                cwd=work / "debs",
            )
    except SetupError as error:
        raise SetupError(
            f"{error}\nIs the network there, and does the machine's Debian mirror "
            f"answer? Try again; what is done already is kept. {OTHERWISE}"
        ) from None


def _size(command):
    listing = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    return sum(int(size) for size in re.findall(r"' \S+ (\d+) ", listing.stdout))


class _Watched:
    """Tell how much has arrived; apt itself is silent without a terminal."""

    def __init__(self, folder, total):
        self.folder, self.total, self.done = folder, total, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        news = News("Downloading Odoo")
        while not self.done.wait(1):
            arrived = sum(path.stat().st_size for path in self.folder.iterdir())
            news.tell(f"{arrived >> 20} of {self.total >> 20} MB")

    def __enter__(self):
        step(f"Downloading Odoo 19 ({self.total >> 20} MB).")
        self.thread.start()

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def _unpack(work, log):
    packages = sorted((work / "debs").glob("*.deb"))
    step(f"Unpacking Odoo 19 ({len(packages)} packages).")
    for package in packages:
        command = ["dpkg-deb", "-x", package, work / "root"]
        run_logged(command, f"Unpacking {package.name}", log)
    packages = work / "root/usr/lib/python3/dist-packages"
    # A second copy of the add-ons with their Python files only; Odoo would look there.
    shutil.rmtree(packages / "addons", ignore_errors=True)
    left_out = packages / "odoo/addons" / LEFT_OUT_BY_DEBIAN
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()
