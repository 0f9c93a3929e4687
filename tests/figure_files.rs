//! `docs/figures.md`, the reference of figure files, is made from the source of the structs that
//! such a file is read into and from their defaults, so that it can't tell otherwise.
//!
//! After a change, `REEMAP_BLESS=1 cargo test --test figure_files` writes it anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use reemap::figure::spec::{BUILT_IN, Figure};

/// The files whose structs and enums a figure is read into.
const SOURCES: [&str; 3] = ["src/figure/spec.rs", "src/figure/language.rs", "src/select/mod.rs"];

const INTRODUCTION: &str = "\
# Figure files

A figure is a TOML file that says what is drawn, where and how. `reemap figures --show 2` prints a
built-in one; copy it, change it, and draw it with `reemap map --figure mine.toml -o mine.svg`. An
error points at its line. Flags of `reemap map` take the place of what the file says.

This page is made from the code; a test holds it against it.
";

/// A struct or an enum of the source.
#[derive(Debug)]
struct Type {
    name: String,
    is_enum: bool,
    docs: String,
    /// Whether what is left out has a default, by an attribute of the struct.
    default: bool,
    members: Vec<Member>,
}

/// A field or a variant.
#[derive(Debug)]
struct Member {
    /// As it stands in a file.
    key: String,
    /// The field's own name in the source.
    field: String,
    of: String,
    docs: String,
    default: bool,
}

/// Reads the public structs and enums of a source: rustfmt has each field on a line of its own.
fn types(source: &str) -> Vec<Type> {
    let (mut types, mut docs, mut attributes) = (Vec::new(), Vec::new(), String::new());
    let mut open: Option<Type> = None;
    for line in source.lines() {
        let text = line.trim();
        let says = |attributes: &str, what: &str| {
            attributes.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == what)
        };
        if let Some(doc) = text.strip_prefix("///") {
            docs.push(doc.trim().to_string());
        } else if text.starts_with("#[serde") {
            attributes.push_str(text);
        } else if text.starts_with("#[") {
        } else if let Some(members) = &mut open {
            let member = text.trim_end_matches(',');
            if line == "}" {
                types.extend(open.take());
            } else if says(&attributes, "skip") {
                // No file can say it.
            } else if let Some((field, of)) =
                member.strip_prefix("pub ").and_then(|member| member.split_once(": "))
            {
                let field = field.trim_start_matches("r#");
                members.members.push(Member {
                    key: field.replace('_', "-"),
                    field: field.into(),
                    of: of.into(),
                    docs: paragraph(&docs),
                    default: says(&attributes, "default") || of.starts_with("Option<"),
                });
            } else if members.is_enum && member.chars().all(char::is_alphanumeric) {
                members.members.push(Member {
                    key: kebab(member),
                    field: member.into(),
                    of: String::new(),
                    docs: paragraph(&docs),
                    default: false,
                });
            }
            docs.clear();
            attributes.clear();
        } else {
            let opened =
                [("pub struct ", false), ("pub enum ", true)].into_iter().find_map(|kind| {
                    let name = text.strip_prefix(kind.0)?.strip_suffix(" {")?;
                    Some((name.to_string(), kind.1))
                });
            if let Some((name, is_enum)) = opened {
                let (docs, default) = (paragraph(&docs), says(&attributes, "default"));
                open = Some(Type { name, is_enum, docs, default, members: Vec::new() });
            }
            docs.clear();
            attributes.clear();
        }
    }
    types
}

/// Lines of a comment as text, links of the source as what they name.
fn paragraph(lines: &[String]) -> String {
    let text = lines.iter().map(|line| if line.is_empty() { "\n\n" } else { line });
    let text = text.collect::<Vec<_>>().join(" ").replace(" \n\n ", "\n\n");
    text.replace("[`", "`").replace("`]", "`")
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

struct Reference {
    types: Vec<Type>,
    /// A figure of nothing but what has to be said, to see the defaults.
    defaults: String,
}

impl Reference {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let types: Vec<Type> = SOURCES
            .iter()
            .flat_map(|file| types(&fs::read_to_string(root.join(file)).unwrap()))
            .collect();
        let mut reference = Reference { types, defaults: String::new() };
        let figure = reference.of("Figure").unwrap();
        let mut text = reference.required(figure);
        for member in &figure.members {
            if let Some(table) = reference.of(inner(&member.of)).filter(|table| !table.is_enum) {
                let many = member.of.starts_with("Vec<");
                let (open, close) = if many { ("[[", "]]") } else { ("[", "]") };
                writeln!(text, "{open}{}{close}\n{}", member.key, reference.required(table))
                    .unwrap();
            }
        }
        let figure =
            Figure::parse(&text, "the least figure").unwrap_or_else(|e| panic!("{e}\n{text}"));
        reference.defaults = format!("{figure:#?}");
        reference
    }

    fn of(&self, name: &str) -> Option<&Type> {
        // These two are told of where they stand.
        let told = ["Phrase", "Bbox"].contains(&name);
        self.types.iter().find(|one| one.name == name && !told)
    }

    /// The keys that a table has to have, each with some value.
    fn required(&self, table: &Type) -> String {
        let mut text = String::new();
        for member in table.members.iter().filter(|member| !table.default && !member.default) {
            let value = match (member.of.as_str(), self.of(&member.of)) {
                (_, Some(one)) if one.is_enum => format!("\"{}\"", one.members[0].key),
                ("String" | "Phrase", _) => "\"x\"".into(),
                ("[f64; 4]", _) => "[1, 1, 2, 2]".into(),
                ("f64", _) => "0.2".into(),
                other => panic!("{}: no value for {other:?}", member.key),
            };
            writeln!(text, "{} = {value}", member.key).unwrap();
        }
        text
    }

    /// A field's default as a file would say it.
    fn default(&self, table: &Type, member: &Member) -> String {
        if !table.default && !member.default {
            return "required".into();
        }
        let mut lines = self.defaults.lines();
        let opening = format!("{} {{", table.name);
        let indent = lines
            .find(|line| line.trim_end().ends_with(&opening))
            .map(|line| line.len() - line.trim_start().len())
            .unwrap_or_else(|| panic!("{} is nowhere in {}", table.name, self.defaults));
        let start = format!("{}{}: ", " ".repeat(indent + 4), member.field);
        let value = lines.find_map(|line| line.strip_prefix(&start)).unwrap();
        let value = value.trim_end_matches(',');
        match value {
            "None" | "[]" => "none".into(),
            "true" | "false" => format!("`{value}`"),
            _ if value.ends_with(['{', '[', '(']) => "none".into(),
            _ if value.starts_with('"') => format!("`{value}`"),
            _ if value.parse::<f64>().is_ok() => format!("`{}`", value.trim_end_matches(".0")),
            name => format!("`\"{}\"`", kebab(name)),
        }
    }

    /// What a value is, in words.
    fn kind(&self, of: &str) -> String {
        let (many, of) = match of.strip_prefix("Vec<") {
            Some(inner) => (true, inner.trim_end_matches('>')),
            None => (false, of.strip_prefix("Option<").unwrap_or(of).trim_end_matches('>')),
        };
        let one = match of {
            "String" => "text".into(),
            "Phrase" => "text, or one in each language".into(),
            "f64" => "number".into(),
            "usize" => "whole number".into(),
            "bool" => "`true` or `false`".into(),
            "[f64; 4]" | "Bbox" => "four numbers".into(),
            "Colour" => "`\"#rrggbb\"`".into(),
            name => match self.of(name) {
                Some(one) if one.is_enum => format!("[one of these](#{})", self.anchor(name)),
                Some(_) if many => return format!("[tables](#{})", self.anchor(name)),
                Some(_) => format!("[table](#{})", self.anchor(name)),
                None => panic!("{name} has no words"),
            },
        };
        if many { format!("list: {one}") } else { one }
    }

    /// The anchor of a type's heading.
    fn anchor(&self, name: &str) -> String {
        let sections = self.sections();
        let section = sections.iter().find(|section| section.of.name == name).unwrap();
        let heading = if section.of.is_enum { name } else { &section.places[0] };
        heading.to_lowercase().replace(['[', ']', '.'], "")
    }

    fn text(&self) -> String {
        let mut text = String::from(INTRODUCTION);
        for Section { of, places } in self.sections() {
            let heading = match places.first() {
                None => "The figure".into(),
                Some(_) if of.is_enum => of.name.clone(),
                Some(place) => format!("`{place}`"),
            };
            writeln!(text, "\n## {heading}\n\n{}\n", of.docs).unwrap();
            if of.is_enum {
                writeln!(text, "The values of {}:\n", places.join(", ")).unwrap();
                for member in &of.members {
                    let docs = member.docs.trim();
                    let docs = if docs.is_empty() { String::new() } else { format!(": {docs}") };
                    writeln!(text, "- `\"{}\"`{docs}", member.key).unwrap();
                }
                continue;
            }
            if let Some(others) = places.get(1..).filter(|others| !others.is_empty()) {
                writeln!(text, "`{}` takes the same.\n", others.join("`, `")).unwrap();
            }
            writeln!(text, "| key | value | default | meaning |\n|---|---|---|---|").unwrap();
            for member in &of.members {
                let (kind, default) = (self.kind(&member.of), self.default(of, member));
                let docs = member.docs.replace('|', "\\|").replace('\n', " ");
                writeln!(text, "| `{}` | {kind} | {default} | {docs} |", member.key).unwrap();
            }
        }
        text.push_str("\n## Examples\n\n");
        for (name, toml) in BUILT_IN {
            let about = toml.lines().next().unwrap().trim_start_matches("# ");
            let path = format!("data/figures/{name}.toml");
            writeln!(text, "- [`{path}`](../{path}): {about}").unwrap();
        }
        text
    }

    /// The tables in the order in which they are met, then the lists of values, each with the
    /// places in a file where it stands: `[page]`, `[[lens]]`, `color-by` in `[symbols]`.
    fn sections(&self) -> Vec<Section<'_>> {
        let figure = self.of("Figure").unwrap();
        let mut sections = vec![Section { of: figure, places: Vec::new() }];
        let mut at = 0;
        while let Some(Section { of, places }) = sections.get(at) {
            let (of, inside) = (*of, places.first().cloned());
            at += 1;
            for member in &of.members {
                let Some(inner) = self.of(inner(&member.of)) else { continue };
                let place = match &inside {
                    Some(table) if inner.is_enum => format!("`{}` in `{table}`", member.key),
                    Some(table) => table.replace(']', &format!(".{}]", member.key)),
                    None if member.of.starts_with("Vec<") => format!("[[{}]]", member.key),
                    None => format!("[{}]", member.key),
                };
                match sections.iter_mut().find(|section| section.of.name == inner.name) {
                    Some(known) => known.places.push(place),
                    None => sections.push(Section { of: inner, places: vec![place] }),
                }
            }
        }
        sections.sort_by_key(|section| section.of.is_enum);
        sections
    }
}

/// A table or a list of values, with where it stands.
struct Section<'a> {
    of: &'a Type,
    places: Vec<String>,
}

/// The type within `Option<…>` or `Vec<…>`.
fn inner(of: &str) -> &str {
    let of = of.strip_prefix("Option<").or(of.strip_prefix("Vec<")).unwrap_or(of);
    of.trim_end_matches('>')
}

#[test]
fn the_reference_of_figure_files_is_up_to_date() {
    let text = Reference::new().text();
    // Each key that a reader of TOML takes is told of.
    let refused = Figure::parse("title = \"x\"\nx = 1", "test").unwrap_err().to_string();
    let keys: Vec<&str> = refused.split('`').skip(3).step_by(2).collect();
    assert!(keys.len() > 8, "{refused}");
    for key in keys {
        assert!(text.contains(&format!("\n| `{key}` | ")), "{key} is not told of");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/figures.md");
    if std::env::var_os("REEMAP_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/figures.md is stale: REEMAP_BLESS=1 writes it anew");
}
