"""Make .venv with the locked dependencies and didymium itself: python3 tools/bootstrap.py run|dev|cluster|postgres|xrf

Needs only the standard library and a package index; runs on any Python 3, so that an old one gets a clear line
instead of a syntax error. Done before with the same lock files? Then it returns at once (a stamp keeps a hash of them).

1. find a Python >= 3.11 (this one, else python3.13, 3.12, 3.11, 3.14 on the PATH);
2. make .venv, with pip from the standard library; where that part is missing (Debian without python3-venv) with the pip
   wheel named below, from the package index pip is configured for, accepted only with its hash;
3. install the lock files with hash checking, from wheels; BUILT names the one exception;
4. put src/ on the path of .venv and a launcher `didymium` into .venv/bin, so nothing needs to be built.
"""

import base64
import configparser
import hashlib
import os
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCKS = {
    "run": ["run.txt"],
    "dev": ["dev.txt"],
    "cluster": ["dev.txt", "cluster.txt"],
    "postgres": ["postgres.txt"],
    "xrf": ["dev.txt", "xrf-build.txt", "xrf.txt"],
}
COVERS = {
    "run": ("run", "dev", "cluster", "postgres", "xrf"),
    "dev": ("dev", "cluster", "xrf"),
    "postgres": ("postgres", "dev", "cluster", "xrf"),
    "cluster": ("cluster",),
    "xrf": ("xrf",),
}
# The one package that may be built from its source, of the hash in the lock file, where there is no wheel of it for this
# machine: lock file -> package. What building it needs is in a lock file too, so nothing without a hash is fetched.
BUILT = {"xrf.txt": "fisx"}
OLDEST = (3, 11)
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
FALLBACK_INDEX = "https://pypi.org/simple"  # what pip itself uses where nothing is configured


def say(text):
    print(text, file=sys.stderr, flush=True)


def stop(text):
    say("bootstrap: " + text)
    sys.exit(1)


def run(arguments):
    """Run a command; where it fails, name it and stop."""
    code = subprocess.call(arguments)
    if code:
        stop("this command failed with exit code %d: %s" % (code, " ".join(map(shlex.quote, arguments))))


# --- what is there already ------------------------------------------------------------------------------------------


def fingerprint(kind):
    """Hash of everything the environment is made from: lock files, pyproject.toml, this file, the place."""
    digest = hashlib.sha256(VENV.encode() + b"\0" + ROOT.encode())
    parts = [os.path.join("requirements", name) for name in LOCKS[kind]]
    for part in parts + ["pyproject.toml", os.path.join("tools", "bootstrap.py")]:
        with open(os.path.join(ROOT, part), "rb") as handle:
            digest.update(hashlib.sha256(handle.read()).digest())
    return digest.hexdigest()


def stamp(kind):
    return os.path.join(VENV, ".didymium-" + kind)


def is_ready(kind):
    """True where an environment that covers `kind` was made from the files as they are now."""
    if not os.path.exists(PYTHON):
        return False
    for other in COVERS[kind]:
        if os.path.exists(stamp(other)):
            with open(stamp(other)) as handle:
                if handle.read() == fingerprint(other):
                    return True
    return False


def find_python():
    """Path of a Python that is new enough; stops with one line where there is none."""
    if sys.version_info >= OLDEST:
        return sys.executable
    probe = "import sys; sys.exit(sys.version_info < (%d, %d))" % OLDEST
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", probe], stderr=subprocess.DEVNULL) == 0:
            return path
    return stop(
        "didymium needs Python %d.%d or newer; this is %s, and the PATH has no newer one. "
        "Install python3.12 and call make again." % (OLDEST + (sys.version.split()[0],))
    )


# --- pip, where the standard library has none -----------------------------------------------------------------------


def pip_settings():
    """What pip is told by its configuration files (later ones win) and, over them, by PIP_* variables."""
    home = os.path.expanduser("~")
    config_home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    files = ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", "/Library/Application Support/pip/pip.conf"]
    files += [os.path.join(home, ".pip", "pip.conf"), os.path.join(config_home, "pip", "pip.conf")]
    files += [os.path.join(home, "Library", "Application Support", "pip", "pip.conf")]
    files += [os.environ["PIP_CONFIG_FILE"]] if os.environ.get("PIP_CONFIG_FILE") else []
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(files)
    except configparser.Error as error:
        stop("a pip configuration file cannot be read: %s" % error)
    settings = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            settings.update((key.replace("_", "-"), value) for key, value in parser.items(section))
    for key in ("index-url", "extra-index-url", "cert", "no-index"):
        value = os.environ.get("PIP_" + key.upper().replace("-", "_"))
        if value:
            settings[key] = value
    return settings


def indexes(settings):
    """Simple indexes to ask, in order."""
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        return []
    return [settings.get("index-url", FALLBACK_INDEX).strip()] + settings.get("extra-index-url", "").split()


def fetch(url, cafile):
    """Bytes behind a URL (https, http or file); a name and password inside the URL are sent as basic authentication."""
    parts = urllib.parse.urlsplit(url)
    request = urllib.request.Request(url)
    if parts.username:
        host = parts.netloc.rpartition("@")[2]
        request = urllib.request.Request(urllib.parse.urlunsplit(parts._replace(netloc=host)))
        pair = urllib.parse.unquote(parts.username) + ":" + urllib.parse.unquote(parts.password or "")
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    context = ssl.create_default_context(cafile=cafile or None)
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:
        return answer.read()


def wheel_from(index, cafile):
    """The pinned pip wheel from one simple index; None where this index does not carry it."""
    page = index.rstrip("/") + "/pip/"
    listing = page + "index.html" if page.startswith("file:") else page
    for link in re.findall(r'href="([^"]+)"', fetch(listing, cafile).decode("utf-8", "replace")):
        address = urllib.parse.urljoin(page, link.replace("&amp;", "&"))
        if os.path.basename(urllib.parse.urlsplit(address).path) == PIP_WHEEL:
            if "@" in urllib.parse.urlsplit(page).netloc and "@" not in urllib.parse.urlsplit(address).netloc:
                login = urllib.parse.urlsplit(page).netloc.rpartition("@")[0]
                parts = urllib.parse.urlsplit(address)
                if parts.netloc == urllib.parse.urlsplit(page).netloc.rpartition("@")[2]:
                    address = urllib.parse.urlunsplit(parts._replace(netloc=login + "@" + parts.netloc))
            return fetch(address, cafile)
    return None


def install_pip():
    """Put the pinned pip into .venv."""
    settings = pip_settings()
    problems = []
    for number, index in enumerate(indexes(settings), start=1):
        try:
            content = wheel_from(index, settings.get("cert"))
        except (OSError, ValueError) as error:  # URLError and ssl errors are OSErrors
            problems.append("index %d: %s" % (number, error))
            continue
        if content is None:
            problems.append("index %d does not carry it" % number)
        elif hashlib.sha256(content).hexdigest() != PIP_SHA256:
            problems.append("index %d has a file of that name with another hash" % number)
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, PIP_WHEEL)
                with open(path, "wb") as handle:
                    handle.write(content)
                run([PYTHON, os.path.join(path, "pip"), "install", "--quiet", "--no-index", "--no-deps", path])
            return
    stop(
        "this Python has no pip, and %s could not be fetched (%s). Install python3-venv (Debian, Ubuntu), "
        "or set PIP_INDEX_URL to a package index that can be reached."
        % (PIP_WHEEL, "; ".join(problems) or "no-index is set")
    )


# --- the environment ------------------------------------------------------------------------------------------------


def make_venv(python):
    has_pip = subprocess.call([python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) == 0
    say("bootstrap: making %s with %s" % (os.path.relpath(VENV, ROOT), python))
    run([python, "-m", "venv", "--clear", VENV] + ([] if has_pip else ["--without-pip"]))
    if not has_pip:
        install_pip()


def has_wheel(package, path):
    """True where the index has a wheel, of a hash in the lock file, that fits this machine."""
    with open(path) as handle:
        pinned = re.search(r"^%s==(?:.*\\\n)*.*" % re.escape(package), handle.read(), re.MULTILINE).group()
    with tempfile.TemporaryDirectory() as folder:
        alone = os.path.join(folder, "pinned.txt")
        with open(alone, "w") as handle:
            handle.write(pinned + "\n")
        ask = [
            "download",
            "--quiet",
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "-d",
            folder,
            "-r",
            alone,
        ]
        pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
        return subprocess.call(pip + ask, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def install(lock):
    """Install one lock file, hashes checked, from wheels only; a package of BUILT from its source where it has none."""
    path = os.path.join(ROOT, "requirements", lock)
    options = ["--quiet", "--require-hashes", "--only-binary", ":all:"]
    package = BUILT.get(lock)
    if package and not has_wheel(package, path):
        if not (shutil.which(os.environ.get("CXX") or "g++") or shutil.which("c++")):
            stop("there is no wheel of %s for this machine, and no C++ compiler to build it: install g++." % package)
        say("bootstrap: building %s from its source, for there is no wheel of it for this machine" % package)
        options += ["--no-binary", package, "--no-build-isolation"]
    run([PYTHON, "-m", "pip", "--disable-pip-version-check", "install"] + options + ["-r", path])


def link_package():
    """Put src/ on the path of .venv and write the launcher."""
    ask = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    site = subprocess.check_output([PYTHON, "-c", ask], universal_newlines=True).strip()
    with open(os.path.join(site, "didymium.pth"), "w") as handle:
        handle.write(os.path.join(ROOT, "src") + "\n")
    launcher = os.path.join(VENV, "bin", "didymium")
    with open(launcher, "w") as handle:
        handle.write('#!/bin/sh\nexec %s -m didymium "$@"\n' % shlex.quote(PYTHON))
    os.chmod(launcher, 0o755)


def main(arguments):
    kind = arguments[0] if arguments else "run"
    if kind not in LOCKS or len(arguments) > 1:
        stop("say one of: %s" % ", ".join(LOCKS))
    if is_ready(kind):
        return
    python = find_python()
    if not os.path.exists(PYTHON) or subprocess.call([PYTHON, "-m", "pip", "--version"], stdout=subprocess.DEVNULL):
        make_venv(python)
    for lock in LOCKS[kind]:
        say("bootstrap: installing requirements/" + lock)
        install(lock)
    link_package()
    with open(stamp(kind), "w") as handle:
        handle.write(fingerprint(kind))


if __name__ == "__main__":
    main(sys.argv[1:])
