//! Figures as files: what is printed can be read again, and errors point at their line.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Scratch;
use reemap::figure::spec::{BUILT_IN, Figure};

#[test]
fn what_show_prints_is_the_figure() {
    let scratch = Scratch::new();
    for (name, text) in BUILT_IN {
        assert_eq!(&scratch.ok(&["figures", "--show", name]), text, "figure {name}");
        assert!(Figure::parse(text, name).is_ok(), "figure {name}");
    }
    assert_eq!(
        scratch.ok(&["figures", "--show", "figure2"]),
        scratch.ok(&["figures", "--show", "2"])
    );
    assert!(!scratch.path().join("output").exists(), "nothing is made");
    let said = scratch.fails(2, &["figures", "--show", "4"]);
    assert!(said.contains("\"4\"") && said.contains("1, 2, 3, 7"), "{said}");
}

#[test]
fn a_copy_is_drawn_as_the_figure() {
    let scratch = Scratch::new();
    scratch.file("mine.toml", &scratch.ok(&["figures", "--show", "2"]));
    scratch.ok(&["map", "--figure", "mine.toml", "-o", "mine.svg"]);
    scratch.ok(&["map", "--figure", "2", "-o", "two.svg"]);
    assert!(scratch.read("mine.svg") == scratch.read("two.svg"));
}

/// What is wrong with a file: the file, the line that the error points at, and words of it.
const WRONG: &[(&str, usize, &str)] = &[
    ("title = 3", 1, "expected a text"),
    ("title = \"x", 1, "invalid basic string"),
    ("title = \"x\"\n\n[symbols]\ncolour = \"red\"", 4, "colour"),
    ("title = \"x\"\n[page]\nwidth = \"wide\"", 3, "expected f64"),
    ("title = \"x\"\n[page]\ntheme = \"sepia\"", 3, "sepia"),
    ("title = \"x\"\n[page]\nlanguage = \"fr\"", 3, "fr"),
    ("title = \"x\"\n[frame]\nbbox = [10, 50, 20, 40]", 3, "spans no area"),
    ("title = \"x\"\n[frame]\ngraticule = 0", 3, "0.1 to 90"),
    ("title = \"x\"\n[frame]\nprojection = \"wrong\"", 3, "wrong"),
    ("title = \"x\"\n[frame]\nfocus = [\n  \"China\",\n  \"Atlantis\",\n]", 5, "Atlantis"),
    ("title = \"x\"\n[frame]\ncountry = [\"Atlantis\"]", 3, "Atlantis"),
    ("title = \"x\"\n[symbols]\nsize = 0", 3, "0.5 to 30"),
    ("title = \"x\"\n[sites]\ncountry = [\"China\", \"Atlantis\"]", 3, "Atlantis"),
    (
        "title = \"x\"\n[sites]\n# Of China.\ncountry = [\"China\"]\nprovince = [\"Jiangxy\"]",
        5,
        "Jiangxy",
    ),
    ("title = \"x\"\n[sites]\nree_type = [\"hevy\"]", 3, "hevy"),
    ("title = \"x\"\n[sites]\nstatus = [\"awake\"]", 3, "awake"),
    ("title = \"x\"\n[ports]\n[ports.select]\ndataset = [\"my-own\"]", 4, "my-own"),
    (
        "title = \"x\"\n[[lens]]\ntitle = \"a\"\nbbox = [1, 1, 2, 2]\n[[lens]]\ntitle = \"b\"\nbbox = [1, 1, 1, 2]",
        7,
        "spans no area",
    ),
    (
        "title = \"x\"\n[[inset]]\ntitle = \"a\"\nbbox = [1, 1, 2, 2]\nwidth = 0.9\ncorner = \"lower-left\"",
        5,
        "0.05 to 0.5",
    ),
];

#[test]
fn an_error_points_at_its_line() {
    for &(text, line, words) in WRONG {
        let error = Figure::parse(text, "mine.toml").unwrap_err();
        let told = error.to_string();
        assert_eq!(error.exit_code(), 2, "{told}");
        assert!(told.starts_with(&format!("mine.toml, line {line}, column ")), "{told}");
        assert!(told.contains(words), "{told}");
        // The line itself stands below, what is wrong underlined.
        let wrong = text.lines().nth(line - 1).unwrap();
        assert!(told.contains(&format!("{line} | {wrong}\n")) && told.ends_with('^'), "{told}");
    }
}

#[test]
fn an_error_keeps_its_hint() {
    let refused = |text: &str| Figure::parse(text, "mine.toml").unwrap_err();
    let misspelt = refused("title = \"x\"\n[sites]\nprovince = [\"Jiangxy\"]");
    assert!(misspelt.hint().unwrap().contains("did you mean Jiangxi"), "{misspelt}");
    let marked = misspelt.to_string();
    let (_, under) = marked.rsplit_once('\n').unwrap();
    assert_eq!(under, format!("  | {}{}", " ".repeat(12), "^".repeat(9)), "{marked}");
    assert!(Figure::open("99").unwrap_err().hint().unwrap().contains("1, 2, 3, 7"));
}

#[test]
fn a_flag_mends_nothing_in_the_file_and_blames_no_line() {
    let scratch = Scratch::new();
    scratch.file("mine.toml", "title = \"x\"\n[sites]\ncountry = [\"China\"]\n");
    let said =
        scratch.fails(2, &["map", "--figure", "mine.toml", "--country", "Atlantis", "-o", "x.svg"]);
    assert!(said.contains("Atlantis") && !said.contains("line"), "{said}");
}

#[test]
fn flags_say_what_a_map_tells() {
    let scratch = Scratch::new();
    scratch.ok(&["map", "--country", "China", "--choropleth", "province", "-o", "x.svg"]);
    assert!(scratch.read("x.svg").contains(">Sites per province<"));
    scratch.ok(&["map", "--choropleth", "country", "-o", "x.svg"]);
    assert!(scratch.read("x.svg").contains(">Sites per country<"));
    scratch.ok(&["map", "--figure", "2", "--choropleth", "province", "-o", "x.svg"]);
    let svg = scratch.read("x.svg");
    assert!(svg.contains("choropleth-main") && !svg.contains("lens1-map"));
    for flag in ["--color-by", "--colour-by"] {
        scratch.ok(&["map", "--figure", "2", flag, "deposit-type", "-o", "y.svg"]);
        assert!(scratch.read("y.svg").contains(">Main deposit type<"), "{flag}");
    }
    let said = scratch.fails(2, &["map", "--figure", "2", "--color-by", "taste", "-o", "z.svg"]);
    assert!(said.contains("ree-type, status") && said.contains("taste"), "{said}");
}
