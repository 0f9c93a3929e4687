//! What `reemap --version` says of the build.

use std::sync::LazyLock;

/// The version, and how it was built: enough to build it again.
pub static LONG: LazyLock<String> = LazyLock::new(long);

fn long() -> String {
    let features = [
        ("fetch", cfg!(feature = "fetch")),
        ("geopackage", cfg!(feature = "geopackage")),
        ("geoparquet", cfg!(feature = "geoparquet")),
        ("proj", cfg!(feature = "proj")),
        ("zstd", cfg!(feature = "zstd")),
    ];
    let built = features.iter().filter(|(_, is_built)| *is_built).map(|(name, _)| *name);
    let facts = [
        ("commit", env!("REEMAP_COMMIT").to_owned()),
        ("target", format!("{}, {}", env!("REEMAP_TARGET"), env!("REEMAP_PROFILE"))),
        ("compiler", env!("REEMAP_COMPILER").to_owned()),
        ("features", built.collect::<Vec<_>>().join(", ")),
    ];
    let mut text = env!("CARGO_PKG_VERSION").to_owned();
    for (name, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty()) {
        text.push_str(&format!("\n{name:8}  {fact}"));
    }
    text
}
