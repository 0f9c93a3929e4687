//! What is fetched is what was published, or nothing; and `--data NAME` finds it.
//!
//! The real program fetches over TLS from a server on this machine, which answers as the catalogue
//! does and misbehaves as networks do. The official services themselves are never asked.
#![cfg(feature = "fetch")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;
#[path = "common/server.rs"]
mod server;

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Run, Scratch, shared};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use server::{Asked, Proxy, Reply, Server, authority};

/// A folder with the sources of a server, and a cache.
struct Place {
    scratch: Scratch,
    server: Server,
}

impl Place {
    /// A place for one source, `mine`, of the item 1, with more keys.
    fn of(server: Server, more: &str) -> Self {
        let place = Place { scratch: Scratch::new(), server };
        place.sources(&format!("[source.mine]\nitem = \"1\"\nfiles = [\"*.zip\"]\n{more}"));
        place
    }

    /// Writes other sources.
    fn sources(&self, sources: &str) {
        let url = |path: &str| self.server.url(path);
        let catalogue = format!(
            "[catalogue]\nitem = \"{}\"\nfind = \"{}\"\nresolver = \"{}\"\nfile = \"{}\"\n\n",
            url("/item/{id}?format=json"),
            url("/items?key={doi}"),
            url("/doi/{doi}"),
            url("/get/{id}?name={name}"),
        );
        self.scratch.file("sources.toml", &(catalogue + sources));
    }

    /// The program, far from the proxies and authorities of whoever tests.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.scratch.command(args);
        for variable in ["SSL_CERT_FILE", "SSL_CERT_DIR", "REEMAP_CACHE"] {
            command.env_remove(variable);
        }
        for variable in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
            command.env_remove(variable).env_remove(variable.to_lowercase());
        }
        command
    }

    fn fetch_command(&self, args: &[&str]) -> Command {
        let usual = ["--sources", "sources.toml", "--cache", "cache", "--retry-delay", "0"];
        let mut command = self.command(&[&["fetch"], args, &usual].concat());
        command.arg("--ca-file").arg(authority());
        command
    }

    fn fetch(&self, args: &[&str]) -> Run {
        ran(&mut self.fetch_command(args))
    }

    fn fetch_ok(&self, args: &[&str]) -> Run {
        let run = self.fetch(args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.err);
        run
    }

    /// What a run that has to fail says; it prints nothing.
    fn fetch_fails(&self, args: &[&str]) -> String {
        let run = self.fetch(args);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{args:?}: {}", run.err);
        run.err
    }

    fn cached(&self, path: &str) -> PathBuf {
        self.scratch.path().join("cache").join(path)
    }

    /// A file that was fetched, where its record tells.
    fn fetched(&self, name: &str, file: &str) -> PathBuf {
        let record = fs::read_to_string(self.cached(name).join("fetched.toml")).unwrap();
        let record: toml::Value = toml::from_str(&record).unwrap();
        self.cached(name).join(record["folder"].as_str().unwrap()).join(file)
    }

    /// All files of the cache but locks, by path, without the days of their folders.
    fn files(&self) -> Vec<String> {
        fn enter(folder: &Path, top: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    enter(&path, top, found);
                } else {
                    found.push(path.strip_prefix(top).unwrap().display().to_string());
                }
            }
        }
        let mut found = Vec::new();
        enter(&self.cached(""), &self.cached(""), &mut found);
        found.retain(|path| !path.starts_with(".locks"));
        for path in &mut found {
            let parts: Vec<&str> = path.split('/').collect();
            if let [name, day, file] = parts.as_slice()
                && day.starts_with("20")
            {
                *path = format!("{name}/{file}");
            }
        }
        found.sort();
        found
    }
}

fn ran(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// So many bytes that repeat nowhere near.
fn bytes(count: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}

fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file as the catalogue lists it, with its size and checksum.
fn listed(url: &str, name: &str, body: &[u8]) -> Value {
    json!({
        "name": name, "title": null, "contentType": "application/zip", "size": body.len(),
        "checksum": {"type": "MD5", "value": md5(body)}, "downloadUri": url, "url": url,
    })
}

/// An item of the catalogue.
fn item(files: &[Value]) -> Reply {
    let item = json!({
        "link": {"rel": "self"}, "id": "1", "title": "Of a test",
        "identifiers": [{"type": "DOI", "scheme": "x", "key": "doi:10.5555/Mine"}],
        "files": files,
    });
    Reply::ok(item.to_string()).with("Content-Type", "application/json;charset=UTF-8")
}

/// The address of the server that a request came to.
fn here(asked: &Asked, path: &str) -> String {
    format!("https://{}{path}", asked.header("Host").unwrap())
}

/// A place whose catalogue lists one file, `data.zip` at `/file`, and what answers for that.
fn one_file(body: &[u8], answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Place {
    let body = body.to_vec();
    let server = Server::start(move |asked, nth| match asked.path.as_str() {
        "/item/1?format=json" => item(&[listed(&here(asked, "/file"), "data.zip", &body)]),
        "/file" => answer(asked, nth),
        _ => Reply::new(404, ""),
    });
    Place::of(server, "")
}

/// A place where `data.zip` was fetched once, and whose server then answers otherwise.
fn replaced(
    old: &[u8],
    list: impl Fn(&str) -> Vec<Value> + Send + Sync + 'static,
    answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static,
) -> Place {
    let fetched = Arc::new(Mutex::new(false));
    let (over, first) = (Arc::clone(&fetched), old.to_vec());
    let server = Server::start(move |asked, nth| {
        let over = *over.lock().unwrap();
        match asked.path.as_str() {
            "/item/1?format=json" if over => item(&list(&here(asked, "/file"))),
            "/item/1?format=json" => item(&[listed(&here(asked, "/old"), "data.zip", &first)]),
            "/old" => Reply::ok(first.as_slice()),
            "/file" => answer(asked, nth),
            _ => Reply::new(404, ""),
        }
    });
    let place = Place::of(server, "");
    place.fetch_ok(&["mine"]);
    *fetched.lock().unwrap() = true;
    place
}

/// Holds that the old file and its record are there, whole, and nothing else.
fn old_stays(place: &Place, old: &[u8]) {
    assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), old);
    place.fetch_ok(&["mine", "--check"]);
}

/// A zip with a table of three points.
fn points() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("points.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"name,longitude,latitude\nA,110.1,41.8\nB,102.2,28.4\nC,-115.5,35.5\n").unwrap();
    zip.finish().unwrap().into_inner()
}

// The whole way.

#[test]
fn what_is_fetched_is_read_by_its_name() {
    // The official file where it is at hand, else a small one in its place.
    let official = shared("china/CHN_GIS_shape.gdb.zip");
    let body = official.map_or_else(points, |path| fs::read(path).unwrap());
    let served = body.clone();
    let metadata = b"<?xml version=\"1.0\"?><metadata><eainfo/></metadata>";
    let server = Server::start(move |asked, _| match asked.path.as_str() {
        "/item/1?format=json" => item(&[
            listed(&here(asked, "/metadata"), "CHN_GIS_Metadata.xml", metadata),
            listed(&here(asked, "/file"), "CHN_GIS.gdb.zip", &served),
            listed(&here(asked, "/report"), "report.pdf", b"not wanted"),
        ]),
        "/file" => Reply::file(asked, &served, "\"one\""),
        "/metadata" => Reply::ok(metadata),
        _ => Reply::new(404, ""),
    });
    let place = Place::of(server, "");
    place.sources(
        "[source.china-gis]\naliases = [\"china\"]\nitem = \"1\"\ndoi = \"10.5555/mine\"\n\
         files = [\"CHN_GIS.gdb.zip\", \"*.zip\"]\nmetadata = [\"*metadata*.xml\"]\n",
    );
    let run = place.fetch_ok(&["china", "--format", "json"]);
    let list: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(list[0]["name"], "china-gis");
    assert_eq!(list[0]["state"], "fetched");
    assert_eq!(list[0]["bytes"], body.len() + metadata.len());
    assert!(run.err.contains("china-gis: fetched: CHN_GIS.gdb.zip"), "{}", run.err);
    assert_eq!(fs::read(place.fetched("china-gis", "CHN_GIS.gdb.zip")).unwrap(), body);
    assert_eq!(
        place.files(),
        ["china-gis/CHN_GIS.gdb.zip", "china-gis/CHN_GIS_Metadata.xml", "china-gis/fetched.toml"]
    );
    assert!(place.server.asked("/report").is_empty());

    let record = fs::read_to_string(place.cached("china-gis/fetched.toml")).unwrap();
    let record: toml::Value = toml::from_str(&record).unwrap();
    let file = &record["file"][0];
    assert_eq!(file["url"].as_str(), Some(place.server.url("/file").as_str()));
    assert_eq!(file["md5"].as_str(), Some(md5(&body).as_str()));
    assert_eq!(file["etag"].as_str(), Some("\"one\""));
    assert_eq!(record["doi"].as_str(), Some("10.5555/mine"));
    assert_eq!(record["item"].as_str(), Some(place.server.url("/item/1").as_str()));
    assert_eq!(record["file"][1]["metadata"].as_bool(), Some(true));

    // The name gives what the file gives, by the alias too, wherever --data is taken.
    fs::copy(place.fetched("china-gis", "CHN_GIS.gdb.zip"), place.scratch.path().join("own.zip"))
        .unwrap();
    let count = |data: &str| {
        let args =
            ["count", "--by", "country", "--format", "csv", "--cache", "cache", "--data", data];
        let run = ran(&mut place.command(&args));
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    assert!(count("own.zip").lines().count() > 1);
    for name in ["china-gis", "china", "china-gis/CHN_GIS.gdb.zip"] {
        assert_eq!(count(name), count("own.zip"), "{name}");
    }
    for args in [
        &["list", "--data", "china-gis"][..],
        &["export", "--format", "csv", "--data", "china-gis"],
        &["describe", "china-gis"],
        &["link", "--data", "china-gis"],
        &["audit", "--data", "china-gis"],
    ] {
        let mut command = place.command(args);
        let run = ran(command.env("REEMAP_CACHE", place.cached("")));
        assert_eq!(run.code, 0, "{args:?}: {}", run.err);
    }

    // What is there is not asked for again.
    let before = place.server.asked("").len();
    let again = place.fetch_ok(&["china-gis"]);
    assert!(again.err.contains("there already"), "{}", again.err);
    assert_eq!(place.server.asked("").len(), before);
    place.fetch_ok(&["china-gis", "--force"]);
    assert_eq!(place.server.asked("/file").len(), 2);
}

#[test]
fn outputs_tell_where_a_fetched_file_is_from() {
    let body = points();
    let served = body.clone();
    let place = one_file(&body, move |asked, _| Reply::file(asked, &served, "\"a\""));
    place.fetch_ok(&["mine"]);
    let figures = |out: &str| {
        let args = ["figures", "--only", "1", "--data", "mine", "--cache", "cache", "--out", out];
        let run = ran(&mut place.command(&args));
        assert_eq!(run.code, 0, "{}", run.err);
        place.scratch.read(&format!("{out}/manifest.json"))
    };
    let manifest: Value = serde_json::from_str(&figures("one")).unwrap();
    assert_eq!(manifest["fetched"][0]["url"], place.server.url("/file"));
    assert_eq!(manifest["fetched"][0]["name"], "mine");
    assert!(place.scratch.read("one/summary.md").contains(", fetched from https://"));
    // Another file in its place is not passed off as it.
    let other = fs::read(place.fetched("mine", "data.zip")).unwrap();
    let changed: Vec<u8> = other.iter().copied().chain([0]).collect();
    fs::write(place.fetched("mine", "data.zip"), changed).unwrap();
    let path = place.fetched("mine", "data.zip").display().to_string();
    let args = ["figures", "--only", "1", "--data", &path, "--out", "two"];
    assert_eq!(ran(&mut place.command(&args)).code, 0);
    assert!(!place.scratch.read("two/manifest.json").contains("\"fetched\""));
}

#[test]
fn a_damaged_cache_is_told_and_mended() {
    let body = points();
    let served = body.clone();
    let place = one_file(&body, move |asked, _| Reply::file(asked, &served, "\"a\""));
    place.fetch_ok(&["mine"]);
    let file = place.fetched("mine", "data.zip");
    let mut other = body.clone();
    other[40] ^= 1;
    fs::write(&file, &other).unwrap();
    let err = place.fetch_fails(&["mine", "--check"]);
    assert!(err.contains("mine is damaged: data.zip is not what was fetched"), "{err}");
    assert!(err.contains("reemap fetch --force mine"), "{err}");

    fs::write(&file, &body[..50]).unwrap();
    let count = ["count", "--by", "country", "--data", "mine", "--cache", "cache"];
    let run = ran(&mut place.command(&count));
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("data.zip has 50 bytes in place of"), "{}", run.err);
    assert!(run.err.contains("hint: reemap fetch mine gets it again"), "{}", run.err);
    place.fetch_ok(&["mine"]);
    place.fetch_ok(&["--check"]);
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);

    // A record that was meddled with leads nowhere.
    let record = place.cached("mine/fetched.toml");
    let text = fs::read_to_string(&record).unwrap();
    for (was, is) in [
        ("name = \"data.zip\"", "name = \"../../sources.toml\""),
        ("name = \"mine\"", "name = \"../mine\""),
        ("folder = \"", "folder = \"../"),
        ("bytes", "bites"),
    ] {
        fs::write(&record, text.replacen(was, is, 1)).unwrap();
        let run = ran(&mut place.command(&count));
        assert_eq!((run.code, run.out.as_str()), (1, ""));
        assert!(run.err.contains("fetched.toml: "), "{}", run.err);
        assert!(run.err.contains("hint: reemap fetch --force mine"), "{}", run.err);
        assert!(place.fetch_fails(&["--check"]).contains("fetched.toml: "));
        place.fetch_ok(&["mine", "--force"]);
        assert_eq!(ran(&mut place.command(&count)).code, 0);
    }
}

#[test]
fn names_that_were_not_fetched_say_how_to_get_them() {
    let place = one_file(b"", |_, _| Reply::new(404, ""));
    let count = |data: &str| {
        let args = ["count", "--by", "country", "--cache", "cache", "--data", data];
        ran(&mut place.command(&args))
    };
    for name in ["china-gis", "china", "natural-earth/ne_10m_admin_0_countries.zip"] {
        let run = count(name);
        assert_eq!(run.code, 1);
        assert!(run.err.contains("is not in the cache (cache)"), "{}", run.err);
        let full = if name.starts_with("china") { "china-gis" } else { "natural-earth" };
        assert!(run.err.contains(&format!("hint: reemap fetch {full} gets it")), "{}", run.err);
    }
    assert!(count("no-such-thing").err.contains("no-such-thing: No such file"));
    // A path goes before a name.
    place.scratch.file("china-gis", "name,longitude,latitude\nA,110.1,41.8\n");
    assert_eq!(count("china-gis").code, 0);

    let unknown = place.fetch(&["mini"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("did you mean mine?"), "{}", unknown.err);
    let list = place.fetch_ok(&[]).out;
    assert!(list.contains("mine") && list.contains("not fetched"), "{list}");
    assert!(place.server.asked("").is_empty(), "a list asks nobody");
    assert!(place.files().is_empty());
}

#[test]
fn addresses_of_ones_own_serve_too_and_areas_are_named_by_file() {
    let square = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
        "properties":{"name":"north"},"geometry":{"type":"Polygon",
        "coordinates":[[[100,20],[120,20],[120,50],[100,50],[100,20]]]}}]}"#;
    let server = Server::start(move |asked, _| match asked.path.as_str() {
        "/a/one.geojson" | "/b/two.geojson?x=1" => Reply::ok(square),
        _ => Reply::new(404, ""),
    });
    let place = Place::of(server, "");
    let (one, two) = (place.server.url("/a/one.geojson"), place.server.url("/b/two.geojson?x=1"));
    place.sources(&format!("[source.areas]\nurls = [\"{one}\", \"{two}\"]\n"));
    place.fetch_ok(&["areas"]);
    assert_eq!(place.files(), ["areas/fetched.toml", "areas/one.geojson", "areas/two.geojson"]);
    place.scratch.file("points.csv", "name,longitude,latitude\nA,110.1,41.8\nB,-115.5,35.5\n");
    let count = |areas: &str| {
        let args = ["count", "--by", "area", "--data", "points.csv", "--cache", "cache"];
        ran(&mut place.command(&[&args[..], &["--format", "csv", "--areas", areas]].concat()))
    };
    let run = count("areas/two.geojson");
    assert!(run.out.contains("north,1"), "{}{}", run.out, run.err);
    let several = count("areas");
    assert_eq!(several.code, 2);
    assert!(several.err.contains("areas/one.geojson"), "{}", several.err);
    assert!(count("areas/three.geojson").err.contains("areas has one.geojson, two.geojson"));
}

// Connections that break.

/// A file of 3 MB, and where the server breaks off each time.
const LARGE: usize = 3_000_000;

#[test]
fn a_dropped_connection_is_gone_on_with() {
    let body = bytes(LARGE);
    let served = body.clone();
    let place = one_file(&body, move |asked, nth| {
        let reply = Reply::file(asked, &served, "\"a\"");
        if nth < 6 { reply.cut(400_000) } else { reply }
    });
    place.fetch_ok(&["mine", "--retries", "6"]);
    let asked = place.server.asked("/file");
    let from: Vec<usize> = asked.iter().map(Asked::from).collect();
    assert_eq!(from.len(), 7);
    assert!(from.windows(2).all(|pair| pair[0] < pair[1]), "{from:?}");
    assert!(asked[1..].iter().all(|asked| asked.header("If-Range") == Some("\"a\"")));
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);
    assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
}

#[test]
fn drops_that_each_bring_a_megabyte_do_not_add_up() {
    let body = bytes(LARGE);
    let served = body.clone();
    let place = one_file(&body, move |asked, nth| {
        let reply = Reply::file(asked, &served, "\"a\"");
        if nth < 2 { reply.cut(1_300_000) } else { reply }
    });
    place.fetch_ok(&["mine", "--retries", "1"]);
    assert_eq!(place.server.asked("/file").len(), 3);
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);
}

#[test]
fn what_came_is_kept_for_the_next_run() {
    let body = bytes(LARGE);
    let served = body.clone();
    let place = one_file(&body, move |asked, nth| {
        let reply = Reply::file(asked, &served, "\"a\"");
        if nth == 0 { reply.cut(1_000_000) } else { reply }
    });
    let err = place.fetch_fails(&["mine", "--retries", "0"]);
    assert!(err.contains("/file: the connection broke off"), "{err}");
    assert!(err.contains("the next run goes on from there"), "{err}");
    assert_eq!(place.files(), ["mine/data.zip.part", "mine/data.zip.part.toml"]);
    // It counts for nothing before it is whole.
    let list = place.fetch_ok(&[]).out;
    assert!(list.contains("not fetched"), "{list}");
    place.fetch_ok(&["mine"]);
    let from = place.server.asked("/file")[1].from();
    assert!(from > 0, "it began anew");
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);
    assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
}

#[cfg(unix)]
#[test]
fn a_run_that_was_interrupted_or_killed_is_gone_on_with() {
    for signal in ["-INT", "-KILL"] {
        let body = bytes(LARGE);
        let served = body.clone();
        let place = one_file(&body, move |asked, nth| {
            let reply = Reply::file(asked, &served, "\"a\"");
            if nth == 0 { reply.stalled(2_000_000) } else { reply }
        });
        let mut child = place
            .fetch_command(&["mine", "--timeout", "600"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let part = place.cached("mine/data.zip.part");
        // All that the server gives is there before the run is ended.
        while fs::metadata(&part).map_or(0, |meta| meta.len()) < 2_000_000 {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::sleep(Duration::from_millis(10));
        }
        let id = child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        assert!(!child.wait().unwrap().success());
        place.fetch_ok(&["mine"]);
        assert_eq!(place.server.asked("/file")[1].from(), 2_000_000);
        assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);
        assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
    }
}

#[test]
fn a_run_that_was_ended_as_it_put_files_in_place_fetches_nothing_twice() {
    let body = bytes(5000);
    let served = body.clone();
    let place = one_file(&body, move |asked, _| Reply::file(asked, &served, "\"a\""));
    place.fetch_ok(&["mine"]);
    fs::remove_file(place.cached("mine/fetched.toml")).unwrap();
    place.fetch_ok(&["mine"]);
    assert_eq!(place.server.asked("/file").len(), 1);
    assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
    // A file that only has the name is not taken for it, and goes.
    let file = place.fetched("mine", "data.zip");
    fs::remove_file(place.cached("mine/fetched.toml")).unwrap();
    fs::write(&file, bytes(4999)).unwrap();
    place.fetch_ok(&["mine"]);
    assert_eq!(place.server.asked("/file").len(), 2);
    assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
    // One that a user laid into the folder is.
    fs::rename(place.fetched("mine", "data.zip"), place.cached("mine/data.zip")).unwrap();
    place.fetch_ok(&["mine"]);
    assert_eq!(place.server.asked("/file").len(), 2);
    assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);
}

#[test]
fn a_server_that_knows_no_ranges_gives_the_whole_again() {
    let body = bytes(LARGE);
    let served = body.clone();
    let place = one_file(&body, move |_, nth| {
        let reply = Reply::ok(served.as_slice());
        if nth == 0 { reply.cut(1_000_000) } else { reply }
    });
    place.fetch_ok(&["mine"]);
    assert!(place.server.asked("/file")[1].from() > 0);
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);

    // One that always breaks off where it did before is given up.
    let served = body.clone();
    let place = one_file(&body, move |_, _| Reply::ok(served.as_slice()).cut(2_500_000));
    let err = place.fetch_fails(&["mine", "--retries", "2"]);
    assert!(err.contains("the connection broke off"), "{err}");
    assert!(place.server.asked("/file").len() < 5);
}

/// A place whose catalogue lists neither size nor checksum.
fn unlisted(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Place {
    let server = Server::start(move |asked, nth| match asked.path.as_str() {
        "/item/1?format=json" => {
            item(&[json!({"name": "data.zip", "size": null, "url": here(asked, "/file")})])
        }
        "/file" => answer(asked, nth),
        _ => Reply::new(404, ""),
    });
    Place::of(server, "")
}

#[test]
fn pieces_of_two_versions_are_never_put_together() {
    let (old, new) = (bytes(LARGE), bytes(LARGE + 7)[7..].to_vec());
    // A good server sends the new version whole; a bad one sends a piece of it.
    for good in [true, false] {
        let (old, new) = (old.clone(), new.clone());
        let wanted = new.clone();
        let place = unlisted(move |asked, nth| match nth {
            0 => Reply::file(asked, &old, "\"old\"").cut(1_000_000),
            1 if !good => {
                let from = asked.from();
                let range = format!("bytes {from}-{}/{}", new.len() - 1, new.len());
                Reply::new(206, &new[from..]).with("Content-Range", &range).with("ETag", "\"new\"")
            }
            _ => Reply::file(asked, &new, "\"new\""),
        });
        place.fetch_ok(&["mine"]);
        assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), wanted, "good: {good}");
    }
    // Without a tag or time, and without a checksum to hold the whole to, nothing is gone on with.
    let (first, second) = (old.clone(), new.clone());
    let place = unlisted(move |_, nth| match nth {
        0 => Reply::ok(first.as_slice()).cut(1_000_000),
        _ => Reply::ok(second.as_slice()),
    });
    place.fetch_ok(&["mine"]);
    assert_eq!(place.server.asked("/file")[1].header("Range"), None);
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), new);
}

#[test]
fn pieces_that_do_not_make_the_whole_are_fetched_once_more_in_one() {
    let body = bytes(LARGE);
    let served = body.clone();
    let place = one_file(&body, move |asked, nth| match nth {
        0 => Reply::file(asked, &bytes(LARGE + 7)[7..], "\"a\"").cut(1_000_000),
        _ => Reply::file(asked, &served, "\"a\""),
    });
    let run = place.fetch_ok(&["mine"]);
    assert!(run.err.contains("is not what it has to be"), "{}", run.err);
    let from: Vec<bool> = place.server.asked("/file").iter().map(|a| a.from() > 0).collect();
    assert_eq!(from, [false, true, false]);
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);
}

#[test]
fn a_file_of_unknown_size_that_was_whole_is_not_fetched_again() {
    let body = bytes(5000);
    let served = body.clone();
    let server = Server::start(move |asked, nth| match asked.path.as_str() {
        "/one.zip" => Reply::file(asked, &served, "\"a\""),
        // The second file is there only on the second run.
        "/two.zip" if nth > 0 => Reply::ok("two"),
        _ => Reply::new(404, ""),
    });
    let place = Place::of(server, "");
    let (one, two) = (place.server.url("/one.zip"), place.server.url("/two.zip"));
    place.sources(&format!("[source.mine]\nurls = [\"{one}\", \"{two}\"]\n"));
    let err = place.fetch_fails(&["mine"]);
    assert!(err.contains("/two.zip: answers 404"), "{err}");
    place.fetch_ok(&["mine"]);
    assert_eq!(place.server.asked("/one.zip")[1].from(), 5000);
    assert_eq!(place.files(), ["mine/fetched.toml", "mine/one.zip", "mine/two.zip"]);
    assert_eq!(fs::read(place.fetched("mine", "one.zip")).unwrap(), body);
}

#[test]
fn a_stall_is_given_up_and_gone_on_with() {
    let body = bytes(LARGE);
    let served = body.clone();
    let place = one_file(&body, move |asked, nth| {
        let reply = Reply::file(asked, &served, "\"a\"");
        if nth == 0 { reply.stalled(2_000_000) } else { reply }
    });
    let run = place.fetch_ok(&["mine", "--timeout", "1", "--retries", "30"]);
    assert!(run.err.contains("nothing came for 1 s; trying again"), "{}", run.err);
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);
}

// Servers that lie.

#[test]
fn a_length_that_is_not_the_listed_one_is_refused() {
    let (old, new) = (bytes(3000), bytes(5000));
    for wrong in [4000, 6000] {
        let body = bytes(wrong);
        let served = body.clone();
        let listing = new.clone();
        let list = move |url: &str| vec![listed(url, "data.zip", &listing)];
        let place = replaced(&old, list, move |_, _| Reply::ok(served.as_slice()));
        let err = place.fetch_fails(&["mine", "--force"]);
        let told = format!("/file: has {wrong} bytes in place of the 5000 that are listed");
        assert!(err.contains(&told), "{err}");
        old_stays(&place, &old);

        // The same without a length told: it is counted.
        let listing = new.clone();
        let list = move |url: &str| vec![listed(url, "data.zip", &listing)];
        let place =
            replaced(&old, list, move |_, _| Reply::ok(body.as_slice()).without("Content-Length"));
        let err = place.fetch_fails(&["mine", "--force", "--retries", "1"]);
        let told = match wrong {
            4000 => "/file: ended after 4000 of 5000 bytes (2 tries)",
            _ => "/file: sends more than the 5000 bytes it should have",
        };
        assert!(err.contains(told), "{err}");
        assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), old);
    }
}

#[test]
fn wrong_bytes_leave_what_was_there() {
    let (old, new) = (bytes(3000), bytes(5000));
    let wrong = bytes(5001)[1..].to_vec();
    let list = move |url: &str| vec![listed(url, "data.zip", &new)];
    let place = replaced(&old, list, move |asked, _| Reply::file(asked, &wrong, "\"a\""));
    let err = place.fetch_fails(&["mine", "--force"]);
    assert!(err.contains("/file: is not what it has to be: its MD5 is "), "{err}");
    assert!(err.contains("nothing of it was kept"), "{err}");
    assert_eq!(place.server.asked("/file").len(), 1, "what is wrong stays wrong");
    old_stays(&place, &old);
}

#[test]
fn another_version_than_the_known_one_is_taken_only_when_asked_for() {
    let body = bytes(5000);
    let served = body.clone();
    let place = one_file(&body, move |asked, _| Reply::file(asked, &served, "\"a\""));
    let known = |what: &str| {
        place.sources(&format!(
            "[source.mine]\nitem = \"1\"\nfiles = [\"*.zip\"]\n\
             [[source.mine.known]]\nname = \"data.zip\"\n{what}\n"
        ));
    };
    known("bytes = 4000");
    let err = place.fetch_fails(&["mine"]);
    assert!(err.contains("lists data.zip with 5000 bytes; reemap knows it with 4000"), "{err}");
    known(&format!("md5 = \"{}\"", md5(b"other")));
    let err = place.fetch_fails(&["mine"]);
    assert!(err.contains("lists data.zip with the MD5"), "{err}");
    assert!(err.contains("--accept-new takes it"), "{err}");
    assert!(place.server.asked("/file").is_empty());
    assert!(place.files().is_empty());
    known(&format!("bytes = 5000\nmd5 = \"{}\"", md5(&body).to_uppercase()));
    place.fetch_ok(&["mine"]);
    known("bytes = 4000");
    place.fetch_ok(&["mine", "--force", "--accept-new"]);

    // Where the catalogue tells no checksum, what is known is held to all the same.
    let served = bytes(5001)[1..].to_vec();
    let place = unlisted(move |asked, _| Reply::file(asked, &served, "\"a\""));
    place.sources(&format!(
        "[source.mine]\nitem = \"1\"\nfiles = [\"*.zip\"]\n\
         [[source.mine.known]]\nname = \"data.zip\"\nbytes = 5000\nmd5 = \"{}\"\n",
        md5(&body)
    ));
    assert!(place.fetch_fails(&["mine"]).contains("is not what it has to be"));
    assert!(place.files().is_empty());
}

#[test]
fn more_than_is_allowed_is_not_taken() {
    let body = bytes(2_000_000);
    let served = body.clone();
    let place = one_file(&body, move |asked, _| Reply::file(asked, &served, "\"a\""));
    let err = place.fetch_fails(&["mine", "--max-size", "1"]);
    assert!(err.contains("mine has 2 MB; at most 1 MB are fetched"), "{err}");
    assert!(place.server.asked("/file").is_empty());
    // Told by the server's length, and by nobody.
    for told in [true, false] {
        let served = body.clone();
        let place = unlisted(move |_, _| {
            let reply = Reply::ok(served.as_slice());
            if told { reply } else { reply.without("Content-Length") }
        });
        let err = place.fetch_fails(&["mine", "--max-size", "1"]);
        assert!(err.contains("/file: is more than the 1 MB that are still allowed"), "{err}");
        assert!(err.contains("--max-size"), "{err}");
        assert!(place.files().is_empty(), "{:?}", place.files());
    }
}

// Servers that refuse.

#[test]
fn a_busy_server_is_asked_again_and_an_absent_file_is_not() {
    let body = bytes(5000);
    let served = body.clone();
    let place = one_file(&body, move |asked, nth| match nth {
        0 => Reply::new(500, ""),
        1 => Reply::new(503, "").with("Retry-After", "0"),
        2 => Reply::new(429, ""),
        _ => Reply::file(asked, &served, "\"a\""),
    });
    let run = place.fetch_ok(&["mine"]);
    assert!(
        run.err.contains("answers 503 Service Unavailable; trying again in 0 s"),
        "{}",
        run.err
    );

    let old = bytes(3000);
    let list = |url: &str| vec![listed(url, "data.zip", &bytes(5000))];
    let place = replaced(&old, list, |_, _| Reply::new(404, ""));
    let err = place.fetch_fails(&["mine", "--force"]);
    assert!(err.contains("/file: answers 404 Not Found"), "{err}");
    assert_eq!(place.server.asked("/file").len(), 1);
    // The catalogue's own address of the file was tried too.
    assert_eq!(place.server.asked("/get/1?name=data.zip").len(), 1);
    old_stays(&place, &old);

    let list = |url: &str| vec![listed(url, "data.zip", &bytes(5000))];
    let place = replaced(&old, list, |_, _| Reply::new(503, "").with("Retry-After", "3600"));
    let err = place.fetch_fails(&["mine", "--force"]);
    assert!(err.contains("asks to come back in 3600 s"), "{err}");
    assert_eq!(place.server.asked("/file").len(), 1);
    old_stays(&place, &old);

    let list = |url: &str| vec![listed(url, "data.zip", &bytes(5000))];
    let place = replaced(&old, list, |_, _| Reply::new(502, ""));
    let err = place.fetch_fails(&["mine", "--force", "--retries", "2"]);
    assert!(err.contains("/file: answers 502 Bad Gateway (3 tries)"), "{err}");
    assert_eq!(place.server.asked("/file").len(), 3);
    old_stays(&place, &old);
}

#[test]
fn the_public_address_goes_first_and_the_next_serves_where_it_refuses() {
    let body = bytes(5000);
    let server = Server::start(move |asked, _| match asked.path.as_str() {
        "/item/1?format=json" => {
            let mut file = listed(&here(asked, "/page"), "data.zip", &body);
            file["publishedS3Uri"] = here(asked, "/bucket").into();
            item(&[file])
        }
        "/bucket" => Reply::new(403, "<Error><Code>AccessDenied</Code></Error>"),
        // What is for people only.
        "/page" => Reply::page(),
        "/get/1?name=data.zip" => Reply::ok(body.as_slice()),
        _ => Reply::new(404, ""),
    });
    let place = Place::of(server, "");
    place.fetch_ok(&["mine"]);
    let record = fs::read_to_string(place.cached("mine/fetched.toml")).unwrap();
    assert!(record.contains(&place.server.url("/get/1?name=data.zip")), "{record}");
    assert_eq!(place.server.asked("/bucket").len(), 1);
}

#[test]
fn a_page_in_place_of_the_file_says_what_to_do() {
    let place = one_file(&bytes(5000), |_, _| Reply::page());
    let err = place.fetch_fails(&["mine"]);
    assert!(err.contains("/file: answers with a web page in place of the file"), "{err}");
    let page = place.server.url("/item/1");
    let hint = format!("open {page} in a browser, download data.zip, and give it with --data");
    assert!(err.contains(&hint), "{err}");
    assert!(place.files().is_empty());
}

// Addresses that lead elsewhere.

#[test]
fn redirects_are_followed_to_https_only() {
    let body = bytes(5000);
    let served = body.clone();
    let server = Server::start(move |asked, _| match asked.path.as_str() {
        "/item/1?format=json" => item(&[listed(&here(asked, "/file"), "data.zip", &served)]),
        "/file" => Reply::to("/signed?token=secret"),
        "/signed?token=secret" => Reply::file(asked, &served, "\"a\""),
        _ => Reply::new(404, ""),
    });
    let place = Place::of(server, "");
    place.fetch_ok(&["mine"]);
    assert_eq!(fs::read(place.fetched("mine", "data.zip")).unwrap(), body);
    let record = fs::read_to_string(place.cached("mine/fetched.toml")).unwrap();
    assert!(!record.contains("secret"), "{record}");

    let old = bytes(3000);
    let listing = || |url: &str| vec![listed(url, "data.zip", &bytes(5000))];
    for elsewhere in ["http://localhost:9/data.zip", "ftp://localhost/data.zip"] {
        let place = replaced(&old, listing(), move |_, _| Reply::to(elsewhere));
        let err = place.fetch_fails(&["mine", "--force"]);
        let told = format!("/file: leads on to {elsewhere}, which is not https");
        assert!(err.contains(&told), "{err}");
        assert_eq!(place.server.asked("/file").len(), 1, "{elsewhere}");
        old_stays(&place, &old);
    }
    // An address without a host is one of the same server.
    let place = replaced(&old, listing(), move |_, _| Reply::to("file:///etc/passwd"));
    let err = place.fetch_fails(&["mine", "--force"]);
    assert!(err.contains("/file: answers 404"), "{err}");
    old_stays(&place, &old);
    let place = replaced(&old, listing(), move |_, _| Reply::to("/file"));
    let err = place.fetch_fails(&["mine", "--force"]);
    assert!(err.contains("/file: leads on more than 10 times"), "{err}");
    old_stays(&place, &old);
}

#[test]
fn addresses_without_tls_are_refused_wherever_they_stand() {
    let server = Server::start(|_, _| {
        item(&[json!({"name": "data.zip", "url": "http://localhost:9/data.zip"})])
    });
    let place = Place::of(server, "");
    // The catalogue's own address of the file is the only other.
    let sources = place.scratch.read("sources.toml");
    let without: Vec<&str> = sources.lines().filter(|line| !line.starts_with("file =")).collect();
    place.scratch.file("sources.toml", &without.join("\n"));
    let err = place.fetch_fails(&["mine"]);
    assert!(err.contains("which is not https"), "{err}");

    place.scratch.file("sources.toml", &sources.replace("https://", "http://"));
    let err = place.fetch_fails(&["mine"]);
    assert!(err.contains("does not begin with https://"), "{err}");
    assert!(place.files().is_empty());
}

// Catalogues that make no sense.

#[test]
fn an_answer_that_is_no_catalogues_is_told() {
    let answers = [
        (Reply::page(), "answers with a web page, not with JSON"),
        (Reply::ok("{\"files\": [{\"na"), "does not answer as a catalogue does: EOF"),
        (
            Reply::ok(format!("{{\"files\": [{{\"size\": {}", "[".repeat(100_000))),
            "does not answer as a catalogue does: recursion limit",
        ),
        (Reply::ok("{\"files\": 3}"), "does not answer as a catalogue does: invalid type"),
        (Reply::ok("{}"), "lists no file that fits *.zip"),
        (Reply::ok(vec![b' '; 9 << 20]), "answers with more than 8 MiB"),
        (Reply::ok(vec![b' '; 9 << 20]).without("Content-Length"), "answers with more than 8 MiB"),
    ];
    for (answer, told) in answers {
        let place = Place::of(Server::start(move |_, _| answer.clone()), "");
        let err = place.fetch_fails(&["mine"]);
        assert!(err.contains(&format!("/item/1?format=json: {told}")), "{told}: {err}");
        assert_eq!(place.server.asked("/item").len(), 1, "{told}");
        assert!(place.files().is_empty(), "{told}");
        assert!(!place.cached("mine").exists(), "{told}");
    }
}

#[test]
fn names_of_a_catalogue_never_become_paths() {
    let names = [
        "../evil.zip",
        "/evil.zip",
        "a/b.zip",
        "a\\b.zip",
        "C:evil.zip",
        ".evil.zip",
        "nul.zip",
        "COM1.zip",
        "e\u{1b}[2J.zip",
        "e\nvil.zip",
        "e\u{202e}piz.zip",
        "evil\0.zip",
        "evil.zip ",
        "con.tar.zip",
    ];
    for name in names {
        let server =
            Server::start(move |asked, _| item(&[listed(&here(asked, "/file"), name, b"evil")]));
        let place = Place::of(server, "");
        place.sources("[source.mine]\nitem = \"1\"\nfiles = [\"*\"]\n");
        let err = place.fetch_fails(&["mine"]);
        assert!(err.contains("which is refused: "), "{name:?}: {err}");
        assert!(!err.contains('\u{1b}') && !err.contains('\u{202e}'), "{name:?}");
        assert!(place.server.asked("/file").is_empty(), "{name:?}");
        assert!(place.files().is_empty(), "{name:?}");
        assert_eq!(fs::read_dir(place.scratch.path()).unwrap().count(), 2, "{name:?}");
    }
    // One that is not wanted harms nobody.
    let server = Server::start(|asked, _| match asked.path.as_str() {
        "/item/1?format=json" => item(&[
            listed(&here(asked, "/evil"), "../evil.txt", b"evil"),
            listed(&here(asked, "/file"), "data.zip", b"good"),
        ]),
        _ => Reply::ok("good"),
    });
    let place = Place::of(server, "");
    place.fetch_ok(&["mine"]);
    assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
}

#[test]
fn files_of_facets_and_files_listed_twice_count_once() {
    let body = bytes(5000);
    let server = Server::start(move |asked, _| match asked.path.as_str() {
        "/item/1?format=json" => {
            let file = listed(&here(asked, "/file"), "data.zip", &body);
            let mut bare = file.clone();
            bare["checksum"] = Value::Null;
            let facets = json!([{"className": "a", "files": [file, bare]}, {"className": "b"}]);
            Reply::ok(json!({"id": "1", "files": null, "facets": facets}).to_string())
        }
        _ => Reply::ok(body.as_slice()),
    });
    let place = Place::of(server, "");
    place.fetch_ok(&["mine"]);
    assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);

    let server = Server::start(|asked, _| {
        let file = listed(&here(asked, "/file"), "data.zip", b"one");
        item(&[file, listed(&here(asked, "/other"), "DATA.zip", b"two")])
    });
    let place = Place::of(server, "");
    let err = place.fetch_fails(&["mine"]);
    assert!(err.contains("lists two files of the name DATA.zip"), "{err}");
}

#[test]
fn an_item_that_moved_is_found_by_its_doi() {
    let doi = "doi = \"10.5555/mine\"";
    // The id leads nowhere, or to another item.
    for gone in [true, false] {
        let server = Server::start(move |asked, _| match asked.path.as_str() {
            "/item/1?format=json" if gone => Reply::new(404, ""),
            "/item/1?format=json" => {
                let other = json!([{"type": "DOI", "key": "https://doi.org/10.5555/other"}]);
                Reply::ok(json!({"id": "1", "identifiers": other, "files": []}).to_string())
            }
            // Only the second way to write a DOI finds it.
            "/items?key=10.5555%2Fmine" => {
                let own = json!([{"type": "DOI", "key": "10.5555/MINE"}]);
                Reply::ok(json!({"items": [{"id": "2", "identifiers": own}]}).to_string())
            }
            "/items?key=doi%3A10.5555%2Fmine" => Reply::ok("{\"total\": 0, \"items\": []}"),
            "/item/2?format=json" => item(&[listed(&here(asked, "/file"), "data.zip", b"good")]),
            "/file" => Reply::ok("good"),
            _ => Reply::new(500, ""),
        });
        let place = Place::of(server, doi);
        place.fetch_ok(&["mine"]);
        let record = fs::read_to_string(place.cached("mine/fetched.toml")).unwrap();
        assert!(record.contains("/item/2"), "{record}");
    }
    // The catalogue refuses to search; the DOI leads to the item's page, or elsewhere.
    for known in [true, false] {
        let server = Server::start(move |asked, _| match asked.path.as_str() {
            "/doi/10.5555/mine" if known => Reply::to("/item/2"),
            "/doi/10.5555/mine" => Reply::to("/elsewhere/2"),
            "/item/2" | "/elsewhere/2" => Reply::page(),
            "/item/2?format=json" => item(&[listed(&here(asked, "/file"), "data.zip", b"good")]),
            "/file" => Reply::ok("good"),
            "/item/1?format=json" => Reply::new(404, ""),
            _ => Reply::new(400, ""),
        });
        let place = Place::of(server, doi);
        if known {
            place.fetch_ok(&["mine"]);
            assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
        } else {
            let err = place.fetch_fails(&["mine"]);
            assert!(err.contains("/item/1?format=json: answers 404"), "{err}");
            assert!(err.contains("hint: https://doi.org/10.5555/mine leads to its page"), "{err}");
        }
    }
}

// The way there.

#[test]
fn no_network_and_no_trust_are_told_apart() {
    let place = one_file(b"", |_, _| Reply::new(404, ""));
    // A port at which nobody listens.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let url = format!("https://localhost:{port}/data.zip");
    let sources = place.scratch.read("sources.toml");
    place.sources(&format!("[source.mine]\nurls = [\"{url}\"]\n"));
    let err = place.fetch_fails(&["mine", "--retries", "1"]);
    assert!(err.contains(&format!("error: {url}: Connection refused")), "{err}");
    assert!(err.contains("(2 tries)") && err.contains("is there a network here?"), "{err}");

    place.scratch.file("sources.toml", &sources);
    let args = ["fetch", "mine", "--sources", "sources.toml", "--cache", "cache"];
    // An authority that the system is told to trust serves as well as --ca-file; without it the
    // server is not trusted, and not asked again.
    let run = ran(place.command(&args).env("SSL_CERT_FILE", authority()));
    assert!(run.err.contains("answers 404"), "{}", run.err);
    let before = place.server.asked("").len();
    place.scratch.file("empty", "");
    let empty = place.scratch.path().join("empty");
    let run = ran(place.command(&args).env("SSL_CERT_FILE", &empty));
    assert_eq!(run.code, 1);
    assert!(run.err.contains("the system trusts no authority for TLS"), "{}", run.err);
    assert!(run.err.contains("--ca-file"), "{}", run.err);
    let run = ran(place.command(&args).arg("--ca-file").arg(&empty));
    assert!(run.err.contains("holds no certificate"), "{}", run.err);
    assert_eq!(place.server.asked("").len(), before);
    assert!(place.files().is_empty());
}

#[test]
fn a_server_that_nobody_vouches_for_is_not_asked() {
    let place = one_file(b"", |_, _| Reply::new(404, ""));
    // Trusted is the server's own certificate, which is no authority, and no other.
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls/localhost.pem");
    let args = ["fetch", "mine", "--sources", "sources.toml", "--cache", "cache"];
    let run = ran(place.command(&args).env("SSL_CERT_FILE", own));
    assert_eq!(run.code, 1);
    assert!(run.err.contains("can't be trusted: invalid peer certificate"), "{}", run.err);
    assert!(run.err.contains("--ca-file") && !run.err.contains("trying again"), "{}", run.err);
    assert!(place.server.asked("").is_empty());
}

#[test]
fn proxies_of_the_environment_are_used() {
    let body = bytes(5000);
    let served = body.clone();
    let place = one_file(&body, move |asked, _| Reply::file(asked, &served, "\"a\""));
    let proxy = Proxy::start();
    for variable in ["HTTPS_PROXY", "ALL_PROXY"] {
        let before = proxy.connects().len();
        let run = ran(place.fetch_command(&["mine", "--force"]).env(variable, proxy.url()));
        assert_eq!(run.code, 0, "{}", run.err);
        let connects = proxy.connects();
        assert!(connects.len() > before, "{variable}");
        assert!(connects.iter().all(|host| host.starts_with("localhost:")), "{connects:?}");
    }
    let before = proxy.connects().len();
    let mut command = place.fetch_command(&["mine", "--force"]);
    let run = ran(command.env("HTTPS_PROXY", proxy.url()).env("NO_PROXY", "localhost"));
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(proxy.connects().len(), before);
    let mut command = place.fetch_command(&["mine", "--force"]);
    let run = ran(command.env("HTTPS_PROXY", "ssh://me:secret@proxy"));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("HTTPS_PROXY holds no proxy's address"), "{}", run.err);
    assert!(!run.err.contains("secret"));
}

#[test]
fn two_at_once_fetch_once() {
    let body = bytes(5000);
    let served = body.clone();
    let (told, asked) = mpsc::channel();
    let (release, gate) = mpsc::channel::<()>();
    let (told, gate) = (Mutex::new(told), Mutex::new(gate));
    let place = one_file(&body, move |asked, _| {
        // The file waits until the test lets it go.
        let _ = told.lock().unwrap().send(());
        let _ = gate.lock().unwrap().recv();
        Reply::file(asked, &served, "\"a\"")
    });
    let start = || {
        let mut command = place.fetch_command(&["mine", "--force", "--timeout", "600"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let first = start();
    asked.recv().unwrap();
    let mut second = start();
    let mut line = String::new();
    let mut err = BufReader::new(second.stderr.take().unwrap());
    err.read_line(&mut line).unwrap();
    assert!(line.contains("another reemap fetches the same; waiting for it"), "{line}");
    release.send(()).unwrap();
    assert!(first.wait_with_output().unwrap().status.success());
    assert!(second.wait().unwrap().success());
    assert_eq!(place.server.asked("/file").len(), 1);
    assert_eq!(place.files(), ["mine/data.zip", "mine/fetched.toml"]);
}

#[test]
fn one_source_that_fails_does_not_stop_the_others() {
    let server = Server::start(|asked, _| match asked.path.as_str() {
        "/good.zip" | "/new.zip" => Reply::ok("good"),
        _ => Reply::new(404, ""),
    });
    let place = Place::of(server, "");
    let (bad, good) = (place.server.url("/bad.zip"), place.server.url("/good.zip"));
    place.sources(&format!("[source.a]\nurls = [\"{bad}\"]\n[source.b]\nurls = [\"{good}\"]\n"));
    let err = place.fetch_fails(&["all"]);
    assert!(err.contains("/bad.zip: answers 404") && err.contains("b: fetched"), "{err}");
    assert_eq!(place.files(), ["b/fetched.toml", "b/good.zip"]);
    // What is published under another name takes the place of the old file.
    place.sources(&format!("[source.b]\nurls = [\"{bad}\"]\n"));
    place.fetch_fails(&["b", "--force"]);
    assert_eq!(place.files(), ["b/fetched.toml", "b/good.zip"]);
    place.sources(&format!("[source.b]\nurls = [\"{}\"]\n", place.server.url("/new.zip")));
    place.fetch_ok(&["b", "--force"]);
    assert_eq!(place.files(), ["b/fetched.toml", "b/new.zip"]);
}

#[test]
fn a_cache_that_cannot_be_written_is_told() {
    let place = one_file(b"x", |_, _| Reply::ok("x"));
    place.scratch.file("cache", "a file");
    let err = place.fetch_fails(&["mine"]);
    assert!(err.contains("cache"), "{err}");
    assert_eq!(place.scratch.read("cache"), "a file");
    assert!(place.server.asked("/file").is_empty());
}
