//! What the program is built from: crates of the registry alone, under the licences that `deny.toml`
//! allows, in the versions of the lock file.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// The lists of `deny.toml` that are held here.
#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

/// What cargo says of the lock file.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    license: Option<String>,
    source: Option<String>,
}

/// Whether a licence expression (SPDX, without brackets in brackets) can be met.
fn is_met(expression: &str, allowed: impl Fn(&str) -> bool) -> bool {
    expression.replace('/', " OR ").split(" AND ").all(|part| {
        part.trim_matches(['(', ')', ' ']).split(" OR ").any(|licence| allowed(licence.trim()))
    })
}

#[test]
fn every_crate_is_of_the_registry_and_under_a_licence_that_is_allowed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let deny: Deny =
        toml::from_str(&std::fs::read_to_string(root.join("deny.toml")).unwrap()).unwrap();
    let output = Command::new(std::env::var("CARGO").unwrap_or("cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Metadata = serde_json::from_slice(&output.stdout).unwrap();
    let (own, others): (Vec<Package>, Vec<Package>) =
        metadata.packages.into_iter().partition(|package| package.source.is_none());
    assert!(own.iter().all(|package| package.name.starts_with("reemap")));
    assert!(others.len() > 50, "cargo lists what is built");
    for Package { name, license, source } in others {
        let source = source.unwrap_or_default();
        let registry = source.strip_prefix("registry+").unwrap_or_default();
        assert!(deny.sources.allow_registry.iter().any(|one| one == registry), "{name}: {source}");
        let exception = deny.licenses.exceptions.iter().find(|exception| exception.name == name);
        let allowed = |licence: &str| {
            deny.licenses.allow.contains(licence)
                || exception.is_some_and(|exception| exception.allow.contains(licence))
        };
        let license = license.unwrap_or_default();
        assert!(is_met(&license, allowed), "{name}: {license}");
    }
}

#[test]
fn a_licence_is_met_by_one_of_its_alternatives_in_each_part() {
    let allowed = |licence: &str| licence == "MIT" || licence == "ISC";
    assert!(is_met("MIT", allowed) && is_met("Apache-2.0/MIT", allowed));
    assert!(is_met("(MIT OR GPL-3.0) AND ISC", allowed));
    assert!(
        !is_met("MIT AND GPL-3.0", allowed) && !is_met("GPL-3.0", allowed) && !is_met("", allowed)
    );
}
