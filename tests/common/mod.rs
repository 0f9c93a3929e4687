//! What the tests share.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use reemap::classify::Rules;
use reemap::dataset::{self, Collection};
use reemap::figure::Material;
use reemap::place::Gazetteer;
use reemap::site::Site;
use tempfile::TempDir;

/// A file of the official databases, which stay out of the repository: beside the checkout in
/// `../shared/data`, or where `REEMAP_SHARED` points. None, with a word, where they are absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("REEMAP_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    eprintln!("skipped: {} is not here", file.display());
    None
}

/// The embedded catalogue, classified and located, as the program draws it.
pub fn catalogue() -> &'static Collection {
    static CATALOGUE: OnceLock<Collection> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let mut collection = dataset::embedded(|_| true).unwrap();
        let (rules, gazetteer) = (Rules::embedded().unwrap(), Gazetteer::embedded().unwrap());
        collection.sites.iter_mut().for_each(|site| rules.classify(site));
        gazetteer.locate(&mut collection.sites);
        gazetteer.locate_ports(&mut collection.ports);
        collection
    })
}

/// What figures of some sites are drawn from, with the catalogue's ports.
pub fn material(sites: &[Site]) -> Material<'_> {
    Material {
        sites,
        ports: &catalogue().ports,
        context: &[],
        gazetteer: Gazetteer::embedded().unwrap(),
        rules_version: "0",
    }
}

/// The files of a zip by name, without their folders.
pub fn members(archive: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        if member.is_file() {
            let name = member.name().unwrap().rsplit('/').next().unwrap().to_owned();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).unwrap();
            files.insert(name, bytes);
        }
    }
    files
}

/// Numbers without a pattern that are the same in each run (xorshift, after Marsaglia).
pub struct Numbers(u64);

impl Numbers {
    pub fn new() -> Self {
        Numbers(0x9e37_79b9_7f4a_7c15)
    }

    /// The next number, below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}

/// What a run left behind.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// A folder to run the program in.
pub struct Scratch(TempDir);

impl Scratch {
    pub fn new() -> Self {
        Scratch(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reemap"));
        command.args(args).current_dir(self.path()).env_remove("NO_COLOR");
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        let output = self.command(args).output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What a run that has to succeed prints.
    pub fn ok(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.err);
        run.out
    }

    /// What a run that has to fail says.
    pub fn fails(&self, code: i32, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!(run.code, code, "{args:?}: {}{}", run.out, run.err);
        assert!(run.err.contains("error: "), "{args:?}: {}", run.err);
        assert_eq!(run.out, "", "{args:?} failed and printed");
        run.err
    }

    /// The number of sites that filters select.
    pub fn sites(&self, filters: &[&str]) -> usize {
        let args = [&["list", "--format", "json"], filters].concat();
        let rows: serde_json::Value = serde_json::from_str(&self.ok(&args)).unwrap();
        rows.as_array().unwrap().len()
    }
}
