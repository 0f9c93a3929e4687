//! What is written is whole: the file of before or the new one, and nothing beside it, whenever a
//! run is killed, wherever there is no room, and however many runs write at once. And what is read
//! is never written over.
#![allow(clippy::unwrap_used, reason = "a test may")]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Numbers, Scratch, members};
use sha2::{Digest, Sha256};

mod common;

/// The files of a folder with their bytes, hidden ones too.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap_or_default())
        })
        .collect()
}

const AREA: &str = r#"{"type":"Feature","properties":{"name":"A"},
    "geometry":{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]]]}}"#;

/// Two runs that write the same files with other bytes.
struct Pair {
    old: Vec<&'static str>,
    new: Vec<&'static str>,
}

/// Kills the second run at moments all over its course, after the first was whole, and holds that
/// each file is that of one or the other. `kills` can be raised by `REEMAP_KILLS`.
fn killed(pair: &Pair, kills: u32, signal: &str) {
    let kills = std::env::var("REEMAP_KILLS").map_or(kills, |text| text.parse().unwrap());
    let whole = |args: &[&str]| {
        let scratch = Scratch::new();
        let begun = Instant::now();
        scratch.ok(args);
        (files(scratch.path()), begun.elapsed())
    };
    let (old, _) = whole(&pair.old);
    let (new, course) = whole(&pair.new);
    assert_ne!(old, new, "the test tells the two apart");
    assert!(old.keys().eq(new.keys()));

    // Half of the runs write anew, half over what stands there.
    let scratch = Scratch::new();
    let folder = scratch.path();
    let mut numbers = Numbers::new();
    let mut met = [0; 2];
    for round in 0..kills {
        for name in files(folder).keys() {
            fs::remove_file(folder.join(name)).unwrap();
        }
        if round % 2 == 0 {
            old.iter().for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
        }
        let mut child =
            scratch.command(&pair.new).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let moment = numbers.below(course.as_nanos() as usize * 11 / 10);
        std::thread::sleep(Duration::from_nanos(moment as u64));
        let number = child.id().to_string();
        // Some runs come to their end, whatever the machine is busy with.
        if round % 10 != 9 {
            let _ = Command::new("kill").args([signal, &number]).stderr(Stdio::null()).status();
        }
        child.wait().unwrap();
        for (name, bytes) in files(folder) {
            let is = |whole: &BTreeMap<String, Vec<u8>>| whole.get(&name) == Some(&bytes);
            assert!(is(&old) || is(&new), "round {round}: {name} is neither, {}", bytes.len());
            met[usize::from(is(&new))] += 1;
        }
    }
    assert!(kills < 10 || met[1] > 0, "files of before and after: {met:?}");
}

#[test]
fn figures_that_are_killed_leave_whole_files_and_no_litter() {
    let figures = |width| vec!["figures", "--only", "3", "--width", width, "--out", ".", "-q"];
    killed(&Pair { old: figures("89"), new: figures("90") }, 12, "-KILL");
}

#[test]
fn an_export_that_is_killed_leaves_a_whole_file_and_no_litter() {
    for (file, kills) in [("sites.geojson", 40), ("sites.fgb", 20), ("sites.parquet", 20)] {
        let to = |filter| vec!["export", "--dataset", filter, "-o", file];
        killed(&Pair { old: to("curated"), new: to("global-ree") }, kills, "-KILL");
    }
}

#[cfg(feature = "geopackage")]
#[test]
fn a_geopackage_that_is_killed_leaves_a_whole_file_and_no_litter() {
    let to = |filter| vec!["export", "--dataset", filter, "-o", "sites.gpkg"];
    killed(&Pair { old: to("curated"), new: to("global-ree") }, 40, "-KILL");
}

#[test]
fn an_interrupt_or_the_end_of_a_session_leaves_no_litter() {
    let to = |filter| vec!["export", "--dataset", filter, "-o", "sites.csv"];
    for signal in ["-INT", "-TERM", "-HUP"] {
        killed(&Pair { old: to("curated"), new: to("global-ree") }, 12, signal);
    }
}

/// What a script prints, and says, in a folder with a file system of 64 KiB, `disk`; none where users
/// may not mount one of their own.
fn mounted(script: &str) -> Option<(String, String)> {
    let script = format!(
        "set -e; mkdir disk; mount -t tmpfs -o size=64k reemap disk; echo mounted; code=0; {script}"
    );
    let scratch = Scratch::new();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    let output =
        command.current_dir(scratch.path()).env("REEMAP", env!("CARGO_BIN_EXE_reemap")).output();
    let output = output.ok()?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let said = (text(output.stdout), text(output.stderr));
    if !said.0.contains("mounted") {
        eprintln!("skipped: a small file system can't be mounted here");
        return None;
    }
    Some(said)
}

#[test]
fn a_full_disk_is_an_error_that_names_the_file_and_keeps_the_old_one() {
    for (format, is_built) in [
        ("geojson", true),
        ("csv", true),
        ("fgb", true),
        ("parquet", cfg!(feature = "geoparquet")),
        ("gpkg", cfg!(feature = "geopackage")),
    ] {
        if !is_built {
            continue;
        }
        let Some((out, err)) = mounted(&format!(
            "echo old > disk/sites.{format}; \
             $REEMAP export -o disk/sites.{format} || code=$?; \
             echo code $code; cat disk/sites.{format}; ls -A disk | wc -l"
        )) else {
            return;
        };
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines, ["mounted", "code 1", "old", "1"], "{format}: {err}");
        assert!(err.contains(&format!("sites.{format}")), "{err}");
        assert!(err.contains("No space left on device"), "{err}");
        assert!(err.contains("hint: "), "{err}");
    }
    let (out, err) =
        mounted("$REEMAP figures --only 2 -q --out disk || code=$?; echo code $code").unwrap();
    assert!(out.ends_with("code 1\n"), "{out}{err}");
    assert!(err.contains("disk/") && err.contains("No space left on device"), "{err}");
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_that_names_the_file() {
    let Some((out, err)) = mounted(
        "echo old > disk/sites.csv; mount -o remount,ro disk; \
         $REEMAP export -o disk/sites.csv || code=$?; echo code $code; \
         $REEMAP export -o disk/new/sites.csv || code=$?; echo code $code; cat disk/sites.csv",
    ) else {
        return;
    };
    assert_eq!(out, "mounted\ncode 1\ncode 1\nold\n", "{err}");
    assert!(err.contains("disk/sites.csv: Read-only file system"), "{err}");
    assert!(err.contains("disk/new: Read-only file system"), "{err}");
    assert!(err.contains("hint: name another place to write to"), "{err}");
}

#[test]
fn a_full_pipe_or_device_is_an_error() {
    let scratch = Scratch::new();
    for args in [
        &["export"][..],
        &["list"],
        &["count", "--by", "country"],
        &["explain", "Bayan Obo"],
        &["export", "-o", "/dev/full"],
        &["audit", "--format", "csv"],
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = scratch.command(args).stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {err}");
        assert!(err.contains("No space left on device"), "{args:?}: {err}");
    }
}

#[test]
fn runs_in_one_folder_do_not_harm_each_other() {
    let scratch = Scratch::new();
    let whole = |width: &str| {
        let alone = Scratch::new();
        alone.ok(&["figures", "--only", "3", "--width", width, "--out", ".", "-q"]);
        files(alone.path())
    };
    let either = [whole("89"), whole("90")];
    let runs: Vec<_> = (0..6)
        .map(|run| {
            let width = if run % 2 == 0 { "89" } else { "90" };
            let args = ["figures", "--only", "3", "--width", width, "--out", ".", "-q"];
            scratch.command(&args).spawn().unwrap()
        })
        .collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    let together = files(scratch.path());
    assert!(together.keys().eq(either[0].keys()), "{:?}", together.keys());
    for (name, bytes) in &together {
        assert!(either.iter().any(|whole| whole.get(name) == Some(bytes)), "{name}");
    }
}

#[test]
fn the_number_of_cores_changes_no_byte() {
    let scratch = Scratch::new();
    let row = |number: u32| {
        let (x, y) = (number % 360, number % 180);
        format!("Mine {number},{}.5,{}.25,REE\n", i64::from(x) - 180, i64::from(y) - 90)
    };
    let rows: String = (0..40_000).map(row).collect();
    scratch.file("points.csv", &format!("name,longitude,latitude,commodity\n{rows}"));
    let runs = [
        "figures --only 2 -q --out FOLDER/figures",
        "export --data points.csv -q -o FOLDER/sites.geojson",
        "export --data points.csv -q -o FOLDER/sites.fgb",
        "count --by country,province --data points.csv -q -o FOLDER/counts",
    ];
    for run in runs {
        let args = |folder: &str| run.replace("FOLDER", folder);
        scratch.ok(&args("all").split(' ').collect::<Vec<_>>());
        // Threads are as many as the cores that a process may use.
        let mut command = Command::new("taskset");
        command.args(["-c", "0", env!("CARGO_BIN_EXE_reemap")]).args(args("one").split(' '));
        let Ok(status) = command.current_dir(scratch.path()).status() else {
            return eprintln!("skipped: there is no taskset");
        };
        assert!(status.success(), "{run}");
    }
    for folder in ["", "figures"] {
        let written = |cores: &str| files(&scratch.path().join(cores).join(folder));
        let (all, one) = (written("all"), written("one"));
        assert!(all.len() > 3 && all.keys().eq(one.keys()), "{:?} {:?}", all.keys(), one.keys());
        for (name, bytes) in all {
            assert!(one[&name] == bytes, "{name}");
        }
    }
}

#[test]
fn the_manifest_has_the_checksums_of_what_was_read_and_written() {
    let scratch = Scratch::new();
    scratch.file("mine.csv", "name,longitude,latitude,commodity\nA,110,41,REE\n");
    scratch.ok(&["figures", "--data", "mine.csv", "--only", "1", "-q", "--out", "out"]);
    let manifest: serde_json::Value =
        serde_json::from_str(&scratch.read("out/manifest.json")).unwrap();
    let told = |part: &str| -> BTreeMap<String, String> {
        let files = manifest[part].as_array().unwrap().iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        files.map(|file| (text(&file["path"]), text(&file["sha256"]))).collect()
    };
    let sum = |bytes: &[u8]| -> String {
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    assert_eq!(told("inputs").get("mine.csv"), Some(&sum(scratch.read("mine.csv").as_bytes())));
    let mut written = files(&scratch.path().join("out"));
    written.remove("manifest.json");
    let sums: BTreeMap<String, String> =
        written.iter().map(|(name, bytes)| (name.clone(), sum(bytes))).collect();
    assert_eq!(told("outputs"), sums);
}

#[test]
fn what_is_read_is_never_written_over() {
    let scratch = Scratch::new();
    scratch.file("sites.csv", "name,longitude,latitude\nA,110,41\n");
    scratch.file("area.geojson", AREA);
    scratch.file("mine.toml", &scratch.ok(&["figures", "--show", "2"]));
    scratch.file("roles.toml", "[sites]\nname = \"name\"\n");
    fs::create_dir(scratch.path().join("table.gdb")).unwrap();
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gdb/mixed.gdb.zip");
    for (name, bytes) in members(&archive) {
        fs::write(scratch.path().join("table.gdb").join(name), bytes).unwrap();
    }
    std::os::unix::fs::symlink("sites.csv", scratch.path().join("link.csv")).unwrap();
    let before = files(scratch.path());
    let table = files(&scratch.path().join("table.gdb"));
    for args in [
        "export --data sites.csv -o sites.csv",
        "export --data sites.csv -o ./link.csv",
        "export --data link.csv -o sites.csv",
        "export --data . -o area.geojson",
        "count --data sites.csv --by area --areas area.geojson -o area.geojson",
        "map --figure mine.toml --boxes mine.toml -o mine.svg",
        "describe sites.csv -o sites.csv",
        "describe table.gdb -o table.gdb/a00000001.gdbtable",
        "export --data sites.csv --roles roles.toml -o roles.toml",
        "list --data sites.csv -o sites.csv",
        "audit --data sites.csv --format corrections -o sites.csv",
        "link --data sites.csv -o sites.csv",
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let run = scratch.run(&args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains("is an input and stays as it is"), "{args:?}: {}", run.err);
    }
    assert_eq!(files(scratch.path()), before);
    assert_eq!(files(&scratch.path().join("table.gdb")), table);
}

#[test]
fn a_shapefile_is_not_written_over_by_any_of_its_parts() {
    let scratch = Scratch::new();
    let table = shapefile::dbase::TableWriterBuilder::new()
        .add_character_field("name".try_into().unwrap(), 20);
    let mut writer = shapefile::Writer::from_path(scratch.path().join("a.shp"), table).unwrap();
    let mut record = shapefile::dbase::Record::default();
    record.insert("name".into(), shapefile::dbase::FieldValue::Character(Some("A".into())));
    writer.write_shape_and_record(&shapefile::Point::new(110.0, 41.0), &record).unwrap();
    drop(writer);
    scratch.file("a.prj", "GEOGCS[\"WGS 84\"]");
    for ending in ["shp", "dbf", "shx", "prj"] {
        let to = format!("a.{ending}");
        let err = scratch.fails(2, &["describe", "a.shp", "-o", &to]);
        assert!(err.contains("is an input"), "{err}");
    }
}
