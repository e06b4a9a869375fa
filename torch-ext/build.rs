//! Compiles the C++ shim against libtorch and links it.
//!
//! All of the shim but the CUDA graphs and a few properties goes through libtorch's
//! device-independent interfaces and needs no CUDA headers. Those are
//! compiled where the headers and `libtorch_cuda.so` are found; elsewhere
//! `shim/cuda_absent.cpp` takes their place, whose functions return an error. So it is with groups of ranks, which need
//! the headers of Gloo, and those of NCCL between GPUs.

use std::{
    env,
    path::{Path, PathBuf},
    process,
};

/// Where compilers look for headers anyway.
const SYSTEM: [&str; 2] = ["/usr/include", "/usr/local/include"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=shim");

    let libtorch = libtorch();
    let lib = libtorch.join("lib");
    let cuda_headers = lib.join("libtorch_cuda.so").exists().then(|| cuda_headers(&libtorch)).flatten();

    let mut shim = cc::Build::new();
    shim.cpp(true)
        .std("c++17")
        .define("_GLIBCXX_USE_CXX11_ABI", abi().as_str())
        .file("shim/device.cpp")
        .file("shim/event.cpp")
        .file("shim/flags.cpp")
        .file("shim/operations.cpp")
        .file("shim/sgd.cpp");
    if cuda_headers.is_some() {
        shim.file("shim/graph.cpp").file("shim/properties.cpp");
    } else {
        shim.file("shim/cuda_absent.cpp");
    }
    let gloo_headers = gloo_headers();
    let nccl_headers = cuda_headers.as_ref().and_then(|_| nccl_headers(&libtorch));
    if gloo_headers.is_some() {
        let nccl = if nccl_headers.is_some() { "shim/nccl.cpp" } else { "shim/nccl_absent.cpp" };
        // What tells libtorch's own headers that these parts are there.
        shim.define("USE_C10D_GLOO", None).define("USE_C10D_NCCL", None);
        shim.file("shim/group.cpp").file("shim/buckets.cpp").file(nccl);
    } else {
        shim.file("shim/group_absent.cpp");
    }
    let torch_headers = ["include", "include/torch/csrc/api/include"].map(|folder| libtorch.join(folder));
    let found = cuda_headers.iter().flatten().chain(&gloo_headers).chain(&nccl_headers);
    // Named once more, a folder of the system would come before the compiler's own.
    let named = |folder: &&PathBuf| !SYSTEM.iter().any(|system| folder.as_path() == Path::new(system));
    for folder in torch_headers.iter().chain(found).filter(named) {
        // System headers, so that only the shim's own warnings are shown.
        shim.flag("-isystem").flag(folder);
    }
    shim.compile("torch_ext_shim");

    println!("cargo::rustc-link-search=native={}", lib.display());
    if cuda_headers.is_some() {
        println!("cargo::rustc-link-lib=torch_cuda");
        println!("cargo::rustc-link-lib=c10_cuda");
    }
    println!("cargo::rustc-link-lib=torch_cpu");
    println!("cargo::rustc-link-lib=c10");

    // For this crate's own tests: find libtorch at run time, and keep the
    // library that brings CUDA in (engine/build.rs says why).
    println!("cargo::rustc-link-arg=-Wl,-rpath,{}", lib.display());
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg=-Wl,--no-as-needed");
        println!("cargo::rustc-link-arg=-ltorch");
    }
}

/// The value of an environment variable whose change is a reason to build again.
fn variable(name: &str) -> Option<String> {
    println!("cargo::rerun-if-env-changed={name}");
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The folder of libtorch, as `torch-sys` takes it.
fn libtorch() -> PathBuf {
    let folder = variable("LIBTORCH").map(PathBuf::from).unwrap_or_default();
    if !folder.join("include/ATen/Context.h").exists() {
        // Plain text and a plain exit, for a panic would bury the remedy.
        println!("cargo::error=LIBTORCH names no libtorch (found: '{}')", folder.display());
        println!("cargo::error=run ./setup.sh once, then `. ./.torch.env` in this shell, or build with make");
        process::exit(1);
    }
    folder
}

/// Which of the two C++ library interfaces libtorch was compiled with.
fn abi() -> String {
    variable("LIBTORCH_CXX11_ABI").unwrap_or_else(|| "1".to_owned())
}

/// Include folders with the CUDA runtime's headers, complete enough for a plain
/// C++ compiler: beside libtorch, as its Python packages lie, or in a toolkit.
fn cuda_headers(libtorch: &Path) -> Option<Vec<PathBuf>> {
    let beside = libtorch.join("../nvidia/cu13/include");
    let toolkits = ["CUDA_HOME", "CUDA_PATH"].into_iter().filter_map(variable).map(PathBuf::from);
    let toolkits = toolkits.chain([PathBuf::from("/usr/local/cuda")]).map(|toolkit| toolkit.join("include"));
    let complete = |folder: &PathBuf| {
        folder.join("cuda_runtime_api.h").exists() && folder.join("crt/host_defines.h").exists()
    };
    let found = std::iter::once(beside).chain(toolkits).find(complete)?;
    let cccl = found.join("cccl");
    Some(vec![found, cccl])
}

/// The include folder with Gloo's headers: the one that `GLOO_INCLUDE` names, or the system's. libtorch brings the library
/// itself, and its classes hold pointers to Gloo's and none of these themselves, so that other versions of them fit.
fn gloo_headers() -> Option<PathBuf> {
    let named = variable("GLOO_INCLUDE").map(PathBuf::from);
    named.into_iter().chain(SYSTEM.map(PathBuf::from)).find(|folder| folder.join("gloo/context.h").exists())
}

/// The include folder with NCCL's headers: beside libtorch, as its Python packages lie, or in `NCCL_HOME`. They have to be
/// those that libtorch was built with, since its classes hold structures of NCCL; so the system's are not looked for.
fn nccl_headers(libtorch: &Path) -> Option<PathBuf> {
    let beside = libtorch.join("../nvidia/nccl/include");
    let named = variable("NCCL_HOME").map(|folder| PathBuf::from(folder).join("include"));
    std::iter::once(beside).chain(named).find(|folder| folder.join("nccl.h").exists())
}
