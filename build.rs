//! What the program says of its own build (`reemap --version`): the target, the compiler, and the
//! commit where it is built from a checkout. The same source gives the same facts.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=REEMAP_COMMIT");
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let compiler = Command::new(variable("RUSTC")).arg("--version").output();
    let compiler = compiler.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned());
    // Of a source archive it is stated by whoever builds it. While the program is worked on, a
    // commit is no reason to build it again.
    let is_release = variable("PROFILE") == "release";
    let checkout = || is_release.then(|| commit(Path::new(".git"))).flatten();
    let commit = env::var("REEMAP_COMMIT").ok().or_else(checkout);
    println!("cargo::rustc-env=REEMAP_TARGET={}", variable("TARGET"));
    println!("cargo::rustc-env=REEMAP_PROFILE={}", variable("PROFILE"));
    println!("cargo::rustc-env=REEMAP_COMPILER={}", compiler.unwrap_or_default());
    println!("cargo::rustc-env=REEMAP_COMMIT={}", commit.unwrap_or_default());
}

/// The commit that a checkout stands at.
fn commit(git: &Path) -> Option<String> {
    let read = |name: &str| {
        let path = git.join(name);
        let text = fs::read_to_string(&path).ok()?;
        println!("cargo::rerun-if-changed={}", path.display());
        Some(text.trim().to_owned())
    };
    let head = read("HEAD")?;
    let Some(branch) = head.strip_prefix("ref: ") else { return Some(head) };
    let packed = || {
        let refs = read("packed-refs")?;
        let line = refs.lines().find(|line| line.ends_with(&format!(" {branch}")))?;
        line.split(' ').next().map(str::to_owned)
    };
    read(branch).or_else(packed)
}
