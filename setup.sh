#!/usr/bin/env bash
# Makes a checkout ready to build, and says what is missing where it cannot.
#
# It looks for the build tools, finds libtorch or installs it into .venv, and
# writes .torch.env, which both make (include) and a shell (. ./.torch.env) read.
# libtorch is taken from the first of these that is the right version:
#   1. $LIBTORCH, a folder with include/ and lib/
#   2. what .torch.env already names (remove that file to choose again)
#   3. the torch package of the active python3
#   4. the torch package of .venv in this checkout, installed here when absent
# The headers of Gloo, which several processes for one trial need, are installed
# where apt-get may be used without a question, and named otherwise.
# Running it again changes nothing and downloads nothing.

set -euo pipefail

readonly TORCH_VERSION=2.11.0
readonly MIN_PYTHON=3.10

cd "$(dirname "${BASH_SOURCE[0]}")"
MIN_CARGO=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
readonly MIN_CARGO
readonly ROOT=$PWD
readonly VENV=$ROOT/.venv
readonly ENV_FILE=$ROOT/.torch.env

say() { printf 'setup: %s\n' "$*" >&2; }
die() {
    say "$*"
    exit 2
}

# --- Versions ---------------------------------------------------------------

# at_least 1.95.0 1.89: is the first version the second or a later one?
at_least() {
    local major minor rest want_major want_minor
    IFS=. read -r major minor rest <<<"$1"
    IFS=. read -r want_major want_minor rest <<<"$2"
    ((major > want_major || (major == want_major && minor >= want_minor)))
}

# The version of the libtorch in folder $1, without the build suffix (+cu130);
# empty when there is none. Read from files, for importing torch takes seconds.
libtorch_version() {
    local folder=$1 header version=''
    if [[ ! -e $folder/lib/libtorch.so && ! -e $folder/lib/libtorch.dylib ]]; then
        return
    fi
    if [[ -r $folder/build-version ]]; then
        version=$(<"$folder/build-version")
    elif [[ -r $folder/version.py ]]; then
        version=$(sed -n "s/^__version__ = '\(.*\)'.*/\1/p" "$folder/version.py")
    else
        for header in "$folder"/include/torch/{headeronly,csrc/api/include/torch}/version.h; do
            if [[ -r $header ]]; then
                version=$(sed -n 's/^#define TORCH_VERSION_\(MAJOR\|MINOR\|PATCH\) \([0-9]*\).*/\2/p' "$header" |
                    paste -sd. -)
            fi
            if [[ -n $version ]]; then break; fi
        done
    fi
    printf '%s\n' "${version%%+*}"
}

# The folder of the torch package that Python $1 would import; empty when none.
torch_of_python() {
    "$1" -c 'import importlib.util as u
spec = u.find_spec("torch")
print(spec.submodule_search_locations[0] if spec and spec.origin else "")' 2>/dev/null || true
}

has_right_torch() {
    local folder
    folder=$(torch_of_python "$1")
    [[ -n $folder && $(libtorch_version "$folder") == "$TORCH_VERSION" ]]
}

# --- Finding libtorch -------------------------------------------------------

# Each of these sets `libtorch` and `python` and succeeds, or leaves both alone.

from_environment() {
    [[ -n ${LIBTORCH:-} ]] || return 1
    local folder found candidate
    folder=$(cd "$LIBTORCH" 2>/dev/null && pwd) || {
        say "LIBTORCH names $LIBTORCH, which is not a folder; looking elsewhere"
        return 1
    }
    found=$(libtorch_version "$folder")
    if [[ $found != "$TORCH_VERSION" ]]; then
        say "LIBTORCH holds ${found:-no} libtorch, $TORCH_VERSION is needed; looking elsewhere"
        return 1
    fi
    libtorch=$folder
    # The interpreter beside the package, the active one, the one of .venv.
    for candidate in "${HARNESS_PYTHON:-}" "$folder/../../../../bin/python3" "$active_python" "$VENV/bin/python3"; do
        if [[ -x $candidate ]] && has_right_torch "$candidate"; then
            python=$(cd "$(dirname "$candidate")" && pwd)/$(basename "$candidate")
            break
        fi
    done
}

# The value of variable $1 in .torch.env.
recorded() { sed -n "s/^export $1=//p" "$ENV_FILE"; }

from_last_time() {
    [[ -r $ENV_FILE ]] || return 1
    local folder interpreter
    folder=$(recorded LIBTORCH)
    [[ -n $folder && $(libtorch_version "$folder") == "$TORCH_VERSION" ]] || return 1
    libtorch=$folder
    interpreter=$(recorded HARNESS_PYTHON)
    if [[ -x $interpreter ]] && has_right_torch "$interpreter"; then python=$interpreter; fi
}

from_active_python() {
    [[ -n $active_python ]] || return 1
    local folder found
    folder=$(torch_of_python "$active_python")
    [[ -n $folder ]] || return 1
    found=$(libtorch_version "$folder")
    if [[ $found != "$TORCH_VERSION" ]]; then
        say "the active python3 has torch ${found:-of unknown version}, $TORCH_VERSION is needed; looking elsewhere"
        return 1
    fi
    libtorch=$folder
    python=$active_python
}

# What comparisons need beside torch; torchvision's version follows torch's, and
# Pillow's pixels changed between versions. onnxruntime, 28 MB, runs what is exported.
readonly COMPARISON_PACKAGES=(numpy safetensors torchvision==0.26.0 pillow==13.0.0 onnxruntime==1.32.0)

# What .venv is to hold. The two header packages let the CUDA part of torch-ext
# compile; their version follows the CUDA that torch is built with.
wanted_packages() {
    printf '%s\n' "torch==$TORCH_VERSION" "${COMPARISON_PACKAGES[@]}"
    if [[ $(uname -sm) == 'Linux x86_64' ]]; then
        printf '%s\n' nvidia-cuda-crt==13.0.88 nvidia-cuda-cccl==13.0.85
    fi
}

# Written after the last package, so that an interrupted installation is seen.
readonly VENV_STAMP=$VENV/installed-by-setup.txt

from_venv() {
    [[ -x $VENV/bin/python3 && -r $VENV_STAMP ]] || return 1
    [[ $(<"$VENV_STAMP") == "$(wanted_packages)" ]] || return 1
    has_right_torch "$VENV/bin/python3" || return 1
    libtorch=$(torch_of_python "$VENV/bin/python3")
    python=$VENV/bin/python3
}

# Whether requirements.txt has the checksums of what would be installed here.
has_checksums() {
    [[ $(uname -sm) == 'Linux x86_64' ]] &&
        "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'
}

install_venv() {
    local packages arguments
    mapfile -t packages < <(wanted_packages)
    arguments=("${packages[@]}")
    if has_checksums "$active_python"; then
        arguments=(--require-hashes -r "$ROOT/requirements.txt")
    else
        say "requirements.txt has no checksums for this system and Python; the packages are installed without"
    fi
    say "installing ${packages[*]} into .venv (once; about 5 GB with CUDA)"
    if [[ ! -x $VENV/bin/python3 ]]; then
        "$active_python" -m venv "$VENV"
    fi
    "$VENV/bin/python3" -m pip install --disable-pip-version-check --progress-bar off "${arguments[@]}" >&2 ||
        die "pip could not install libtorch. Without a network, set LIBTORCH to the folder of a libtorch $TORCH_VERSION and run ./setup.sh again"
    wanted_packages >"$VENV_STAMP"
    from_venv || die "pip finished, but .venv holds no libtorch $TORCH_VERSION. Remove .venv and run ./setup.sh again"
}

# --- Build tools ------------------------------------------------------------

missing=()

need_cargo() {
    local version
    if ! command -v cargo >/dev/null; then
        missing+=("cargo: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh")
        return
    fi
    # rustup installs the toolchain of rust-toolchain.toml now if it is missing, and shows that itself.
    version=$(cargo --version | cut -d' ' -f2) || version=''
    if [[ -z $version ]]; then
        missing+=("the toolchain that rust-toolchain.toml names: rustup toolchain install; or, to build with another one, export RUSTUP_TOOLCHAIN=stable")
    elif ! at_least "$version" "$MIN_CARGO"; then
        missing+=("cargo $MIN_CARGO or later (this is $version): rustup update stable")
    fi
}

need_compiler() {
    command -v "${CXX:-c++}" >/dev/null || missing+=("a C++ compiler: sudo apt-get install g++")
}

need_make() {
    command -v make >/dev/null || missing+=("make: sudo apt-get install make")
}

# Only asked for when a virtual environment has to be made.
need_python() {
    local version
    if [[ -z $active_python ]]; then
        missing+=("python3: sudo apt-get install python3 python3-venv")
        return
    fi
    version=$("$active_python" -c 'import platform; print(platform.python_version())')
    if ! at_least "$version" "$MIN_PYTHON"; then
        missing+=("python3 $MIN_PYTHON or later (this is $version): sudo apt-get install python3.11 python3.11-venv, then put it first on PATH as python3")
    elif ! "$active_python" -c 'import venv, ensurepip' 2>/dev/null; then
        missing+=("python3's venv module: sudo apt-get install python3-venv")
    fi
}

# --- Gloo -------------------------------------------------------------------

# Processes that train one trial together exchange gradients by Gloo. The library is a part of libtorch, which has no
# headers of it.
readonly GLOO_PACKAGE=libgloo-dev

# The folder with Gloo's headers; empty when none.
gloo_include() {
    local folder
    for folder in "${GLOO_INCLUDE:-}" /usr/include /usr/local/include; do
        if [[ -n $folder && -e $folder/gloo/context.h ]]; then
            printf '%s\n' "$folder"
            return
        fi
    done
}

# Root in a container or a CI machine; anybody else is told what to type.
install_gloo() {
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then return 0; fi
    say "installing $GLOO_PACKAGE, the headers for --ranks (once; 0.3 MB)"
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$GLOO_PACKAGE" >&2 ||
        say "apt-get could not install $GLOO_PACKAGE (apt-get update may help)"
}

# --- Result -----------------------------------------------------------------

# Make and sh read the same line alike only without quotes, so none are needed.
require_plain() {
    [[ $1 =~ ^[A-Za-z0-9_./+,@:=%-]*$ ]] ||
        die "the path '$1' has a character that make or the shell would not take as it is; move it to a plain path"
}

write_env() {
    require_plain "$libtorch"
    require_plain "$python"
    local text
    text="# Written by setup.sh; read by make and by sh.
export LIBTORCH=$libtorch
export LIBTORCH_CXX11_ABI=1
export HARNESS_PYTHON=$python"
    local gloo
    gloo=$(gloo_include)
    if [[ -n $gloo ]]; then
        require_plain "$gloo"
        # A change of this line is a reason to build the part that needs them.
        text+="
export GLOO_INCLUDE=$gloo"
    fi
    if [[ -r $ENV_FILE && $(<"$ENV_FILE") == "$text" ]]; then
        return
    fi
    printf '%s\n' "$text" >"$ENV_FILE.$$.tmp"
    mv "$ENV_FILE.$$.tmp" "$ENV_FILE"
    say "wrote .torch.env"
}

has_cuda_headers() {
    local folder
    for folder in "$libtorch/../nvidia/cu13/include" {"${CUDA_HOME:-}","${CUDA_PATH:-}",/usr/local/cuda}/include; do
        if [[ -e $folder/cuda_runtime_api.h && -e $folder/crt/host_defines.h ]]; then return; fi
    done
    return 1
}

advise() {
    if [[ -z $(gloo_include) ]]; then
        say "Gloo's headers not found: trials train in one process each, without --ranks. For several: sudo apt-get install $GLOO_PACKAGE, or set GLOO_INCLUDE to a folder with them; then run ./setup.sh again and build"
    fi
    if [[ -z $python ]]; then
        say "no Python with torch $TORCH_VERSION found: comparisons with PyTorch will be left out"
    elif ! "$python" -c 'import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ("numpy", "safetensors", "torchvision", "PIL", "onnxruntime"))))'; then
        say "comparisons with PyTorch, torchvision and onnxruntime also need: $python -m pip install ${COMPARISON_PACKAGES[*]}"
    fi
    if [[ -e $libtorch/lib/libtorch_cuda.so ]] && ! has_cuda_headers; then
        say "CUDA headers not found: training works, without CUDA graphs and on one GPU per trial. For them, install the CUDA toolkit of libtorch's version, or: ${python:-python3} -m pip install nvidia-cuda-crt==13.0.88 nvidia-cuda-cccl==13.0.85"
    fi
    if [[ -e $libtorch/lib/libtorch_cuda.so && ! -e $libtorch/../nvidia/nccl/include/nccl.h && ! -e ${NCCL_HOME:-}/include/nccl.h ]]; then
        say "NCCL's headers not found: trials train on one GPU each, without --ranks. For several: set NCCL_HOME to a folder with include/nccl.h of the version in libtorch, then build"
    fi
}

# --- Main -------------------------------------------------------------------

# The interpreter itself rather than a shim or a link on PATH.
active_python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) || active_python=''
libtorch=''
python=''
install=no
from_environment || from_last_time || from_active_python || from_venv || install=yes

need_cargo
need_compiler
need_make
if [[ $install == yes ]]; then need_python; fi
if ((${#missing[@]})); then
    say "missing here, each with the command that installs it:"
    printf '  %s\n' "${missing[@]}" >&2
    exit 2
fi

if [[ $install == yes ]]; then install_venv; fi
if [[ -z $(gloo_include) ]]; then install_gloo; fi
write_env
advise
say "libtorch $TORCH_VERSION at $libtorch"
