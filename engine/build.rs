//! Tells the linker where libtorch is and that all of it is wanted, and the
//! program which commit it is.
//!
//! Two things that the build scripts of `tch` cannot do for binaries of this workspace:
//!
//! - The folder of libtorch becomes the run path, so that the worker starts
//!   without `LD_LIBRARY_PATH`.
//! - `libtorch.so` stays in the list of needed libraries although no symbol is
//!   taken from it. It is what loads `libtorch_cuda.so`, whose static
//!   initialisers register the CUDA kernels; without it CUDA is silently absent.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=HARNESS_COMMIT={}", commit());
    println!("cargo::rerun-if-env-changed=DEP_TCH_LIBTORCH_LIB");

    let lib = env::var("DEP_TCH_LIBTORCH_LIB")
        .expect("torch-sys names libtorch's folder when it is a direct dependency on Linux or macOS");
    println!("cargo::rustc-link-arg=-Wl,-rpath,{lib}");

    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg=-Wl,--no-as-needed");
        println!("cargo::rustc-link-arg=-ltorch");
    }
}

/// The commit that is built, for the record of every trial; `unknown` outside a git checkout.
fn commit() -> String {
    // Its own line here would keep Cargo from looking at anything else.
    for source in [
        "network",
        "sparsity",
        "iee",
        "baselines",
        "suites",
        "records",
        "torch-ext",
        "trial",
        "engine",
        ".git/logs/HEAD",
    ] {
        println!("cargo::rerun-if-changed=../{source}");
    }
    let git =
        std::process::Command::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]).output();
    let said = git.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    said.and_then(|name| String::from_utf8(name).ok())
        .map_or("unknown".into(), |name| name.trim().to_string())
}
