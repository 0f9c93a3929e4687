//! Links as files: a table whose columns are those of SSSOM where SSSOM has them, JSON with the
//! same fields, and JSON-LD.
//!
//! In JSON-LD a linked pair that is an exact match, and each that a person accepted as one site, is
//! `owl:sameAs`; other linked pairs have their SKOS predicate only. Ids become `urn:reemap:ID`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{Justification, Link, Predicate, Rules, Verdict};
use crate::error::Result;
use crate::table::{Table, Value};

/// The columns, in order.
pub const COLUMNS: [&str; 17] = [
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "verdict",
    "review",
    "subject_source",
    "object_source",
    "mapping_cardinality",
    "distance_km",
    "name_similarity",
    "mapping_tool_version",
    "comment",
];

/// The columns of the table for people.
pub const SHORT: [&str; 8] =
    ["subject", "name", "object", "its_name", "verdict", "match", "confidence", "why"];

/// A link as a row of SSSOM.
#[derive(Serialize)]
struct Mapping<'a> {
    subject_id: &'a str,
    subject_label: &'a str,
    predicate_id: &'static str,
    predicate_modifier: Option<&'static str>,
    object_id: &'a str,
    object_label: &'a str,
    mapping_justification: &'static str,
    confidence: f64,
    verdict: &'static str,
    review: Option<&'static str>,
    subject_source: &'static str,
    object_source: &'static str,
    mapping_cardinality: Option<&'static str>,
    distance_km: Option<f64>,
    name_similarity: f64,
    mapping_tool_version: &'a str,
    comment: String,
}

impl<'a> Mapping<'a> {
    fn new(link: &Link<'a>, version: &'a str) -> Self {
        let manual = link.justification == Justification::Manual;
        let refused = link.verdict == Verdict::Refused;
        Mapping {
            subject_id: &link.subject.id,
            subject_label: &link.subject.name,
            // What a refusal denies is that the two are one site.
            predicate_id: if refused { Predicate::Exact.name() } else { link.predicate.name() },
            predicate_modifier: refused.then_some("Not"),
            object_id: &link.object.id,
            object_label: &link.object.name,
            mapping_justification: link.justification.name(),
            confidence: link.confidence,
            verdict: link.verdict.name(),
            review: manual.then_some(if refused { "rejected" } else { "accepted" }),
            subject_source: link.subject.dataset.name(),
            object_source: link.object.dataset.name(),
            mapping_cardinality: link.cardinality,
            distance_km: link.distance_km.map(rounded),
            name_similarity: rounded(link.name_similarity),
            mapping_tool_version: version,
            comment: link.comment(),
        }
    }
}

/// Three decimals.
fn rounded(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

/// What made the links: the program's version and that of the rules.
pub fn version() -> Result<String> {
    let rules = Rules::embedded()?.version;
    Ok(format!("{} {}, rules {rules}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")))
}

/// The table for people.
pub fn short(links: &[Link]) -> Table {
    let row = |link: &Link| {
        let predicate = link.predicate.name().trim_start_matches("skos:");
        let predicate = predicate.trim_end_matches("Match");
        let texts = [
            link.subject.id.as_str(),
            &link.subject.name,
            &link.object.id,
            &link.object.name,
            link.verdict.name(),
            if link.verdict == Verdict::Refused { "none" } else { predicate },
        ];
        let mut row: Vec<Value> = texts.into_iter().map(Value::from).collect();
        row.push(format!("{:.2}", link.confidence).into());
        row.push(link.comment().into());
        row
    };
    Table { columns: SHORT.to_vec(), rows: links.iter().map(row).collect(), ..Table::default() }
}

/// The table with all columns, for CSV.
pub fn full(links: &[Link], version: &str) -> Table {
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let row = |link: &Link| {
        let one = Mapping::new(link, version);
        let text = |text: Option<&'static str>| text.unwrap_or_default();
        [
            one.subject_id,
            one.subject_label,
            one.predicate_id,
            text(one.predicate_modifier),
            one.object_id,
            one.object_label,
            one.mapping_justification,
            &one.confidence.to_string(),
            one.verdict,
            text(one.review),
            one.subject_source,
            one.object_source,
            text(one.mapping_cardinality),
            &number(one.distance_km),
            &one.name_similarity.to_string(),
            one.mapping_tool_version,
            &one.comment,
        ]
        .into_iter()
        .map(Value::from)
        .collect()
    };
    Table { columns: COLUMNS.to_vec(), rows: links.iter().map(row).collect(), ..Table::default() }
}

/// A JSON object with `mappings`, one on each line.
pub fn json(
    links: &[Link],
    version: &str,
    remarks: &[String],
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "{{\"mapping_tool\":\"reemap\",\"mapping_tool_version\":{},", json!(version))?;
    write!(out, "\n\"comment\":{},\n\"mappings\":[", json!(remarks.join("; ")))?;
    for (index, link) in links.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &Mapping::new(link, version))?;
    }
    out.write_all(b"\n]}\n")
}

/// The linked pairs as JSON-LD, with a node for each subject and object.
pub fn json_ld(links: &[Link], remarks: &[String], out: &mut dyn Write) -> io::Result<()> {
    let context = json!({
        "owl": "http://www.w3.org/2002/07/owl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "label": "rdfs:label",
        "comment": "rdfs:comment",
        "sameAs": {"@id": "owl:sameAs", "@type": "@id"},
        "exactMatch": {"@id": "skos:exactMatch", "@type": "@id"},
        "closeMatch": {"@id": "skos:closeMatch", "@type": "@id"},
        "broadMatch": {"@id": "skos:broadMatch", "@type": "@id"},
        "narrowMatch": {"@id": "skos:narrowMatch", "@type": "@id"},
        "relatedMatch": {"@id": "skos:relatedMatch", "@type": "@id"}
    });
    write!(out, "{{\"@context\":{context},")?;
    if !remarks.is_empty() {
        write!(out, "\n\"comment\":{},", json!(remarks.join("; ")))?;
    }
    out.write_all(b"\n\"@graph\":[")?;
    let linked: Vec<&Link> = links.iter().filter(|link| link.verdict == Verdict::Linked).collect();
    let mut first = true;
    for of_one in linked.chunk_by(|a, b| a.subject.id == b.subject.id) {
        let Some(subject) = of_one.first().map(|link| link.subject) else { continue };
        let mut node = serde_json::Map::new();
        node.insert("@id".into(), iri(&subject.id).into());
        node.insert("label".into(), subject.name.as_str().into());
        for link in of_one {
            let object = json!({"@id": iri(&link.object.id), "label": link.object.name});
            let predicate = link.predicate.name().trim_start_matches("skos:");
            add(&mut node, predicate, object.clone());
            let accepted = link.justification == Justification::Manual
                && matches!(link.predicate, Predicate::Exact | Predicate::Close);
            if link.predicate == Predicate::Exact || accepted {
                add(&mut node, "sameAs", object);
            }
        }
        out.write_all(if first { b"\n" } else { b",\n" })?;
        first = false;
        serde_json::to_writer(&mut *out, &node)?;
    }
    out.write_all(b"\n]}\n")
}

fn add(node: &mut serde_json::Map<String, Json>, key: &str, value: Json) {
    if let Json::Array(values) =
        node.entry(key.to_owned()).or_insert_with(|| Json::Array(Vec::new()))
    {
        values.push(value);
    }
}

/// An id as an IRI: what a URN may not hold is percent-encoded.
fn iri(id: &str) -> String {
    let mut out = String::from("urn:reemap:");
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
