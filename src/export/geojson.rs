//! GeoJSON, RFC 7946: one Feature a site, written as a stream.
//!
//! Coordinates are longitude and latitude on WGS 84 with at most six decimals (0.1 m). A site
//! without location is a Feature whose geometry is null, as the standard has it. Each site
//! stands on a line of its own, so that files can be compared line by line.
//!
//! The segments of a site are one text, joined by `; ` (`midstream; downstream`), so that programs
//! whose columns hold no lists can filter by them; their confidence and basis stand in the same
//! order.
//!
//! `treo_mt` (million tons of rare-earth oxide) and `treo_percent` (its grade) are of the estimate
//! published last: the value, the middle of a range, or the bound itself (`>1.2` has no `…_max`).
//! `resources` holds all figures of the record. Records overlap: a district holds its mines, so that
//! amounts of several records don't add up.
//!
//! With columns asked for by name the properties are those, flat, under their own names; lists are
//! arrays.
//!
//! In another coordinate system the file is one of the older GeoJSON 2008, whose `crs` member
//! names the system; RFC 7946 knows WGS 84 only. Easting or longitude comes first, as everywhere.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::columns::{Columns, fitted};
use super::plan::SiteWriter;
use super::projected::{Projected, crs_name, place};
use super::{Block, Metadata, text};
use crate::crs::System;
use crate::dataset;
use crate::property::{Kind, Value, kilometres};
use crate::resource::{Headline, Unread};
use crate::site::fact::Amount;
use crate::site::{
    Confidence, Dataset, NearestPort, PlaceBasis, Product, ReeType, Segments, Site, Term,
};

/// Writes a FeatureCollection with `metadata` as a foreign member.
pub fn write(sites: &[&Site], metadata: &Metadata, out: &mut dyn Write) -> io::Result<()> {
    write_in(None, sites, metadata, out)
}

/// The same in another coordinate system; a site that has no place there has a null geometry.
pub fn write_in(
    system: Option<&Projected>,
    sites: &[&Site],
    metadata: &Metadata,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(&head(system.map(|system| &system.system), Some(metadata)))?;
    let columns = Columns::all();
    let mut line = Vec::new();
    for (index, site) in sites.iter().enumerate() {
        line.clear();
        line.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        feature(site, &columns, system, &mut line);
        out.write_all(&line)?;
    }
    out.write_all(b"\n]}\n")
}

/// All that stands before the first feature.
fn head(system: Option<&System>, metadata: Option<&Metadata>) -> Vec<u8> {
    let mut out = b"{\"type\":\"FeatureCollection\",\n".to_vec();
    if let Some(system) = system {
        out.extend_from_slice(b"\"crs\":{\"type\":\"name\",\"properties\":{\"name\":");
        text::string(&crs_name(system), &mut out);
        out.extend_from_slice(b"}},\n");
    }
    if let Some(metadata) = metadata {
        out.extend_from_slice(b"\"metadata\":");
        put(metadata, &mut out);
        out.extend_from_slice(b",\n");
    }
    out.extend_from_slice(b"\"features\":[");
    out
}

/// Puts a value as serde describes it.
fn put(value: &impl Serialize, out: &mut Vec<u8>) {
    // A buffer refuses nothing, and no key here is anything but text.
    let _ = serde_json::to_writer(out, value);
}

/// Puts a site as a Feature, without anything before or after it. Columns that were asked for by
/// name are its properties, as they are; of all properties some are nested.
pub fn feature(site: &Site, columns: &Columns, system: Option<&Projected>, out: &mut Vec<u8>) {
    if columns.are_all() {
        return put(&Feature::new(site, system), out);
    }
    out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
    text::string(&site.id, out);
    out.extend_from_slice(b",\"geometry\":");
    match place(site, system) {
        None => out.extend_from_slice(b"null"),
        Some([x, y]) => {
            out.extend_from_slice(b"{\"type\":\"Point\",\"coordinates\":[");
            text::degrees(x, out);
            out.push(b',');
            text::degrees(y, out);
            out.extend_from_slice(b"]}");
        }
    }
    out.extend_from_slice(b",\"properties\":{");
    for (index, field) in columns.fields().iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(&field.key);
        value(field.kind, field.column.value(site), out);
    }
    out.extend_from_slice(b"}}");
}

/// Puts a value. Text is a number only where its column is one of numbers.
fn value(kind: Kind, value: Value<'_>, out: &mut Vec<u8>) {
    let value = match (kind, value) {
        (Kind::Real | Kind::Integer, value @ Value::Text(_)) => {
            fitted(kind, value).unwrap_or_else(|text| text)
        }
        (_, value) => value,
    };
    match value {
        Value::None => out.extend_from_slice(b"null"),
        Value::Text(text) => text::string(&text, out),
        Value::Real(number) => text::real(number, out),
        Value::Integer(number) => text::integer(number, out),
        Value::Boolean(truth) => {
            out.extend_from_slice(if truth { b"true".as_slice() } else { b"false" });
        }
        Value::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                text::string(item, out);
            }
            out.push(b']');
        }
    }
}

/// How many bytes of features are held back, so that the metadata, which count them, can stand
/// before them.
const HELD: usize = 16 << 20;

/// A collection under way. Its metadata stand before the features, or after them where those are
/// many.
pub(super) struct Collection<'o> {
    out: &'o mut dyn Write,
    system: Option<&'o System>,
    /// Features that are held back; none once the head is written.
    held: Option<Vec<u8>>,
    any: bool,
}

impl<'o> Collection<'o> {
    pub(super) fn new(system: Option<&'o System>, out: &'o mut dyn Write) -> Self {
        Collection { out, system, held: Some(Vec::new()), any: false }
    }
}

impl SiteWriter for Collection<'_> {
    fn take(&mut self, block: Block) -> io::Result<()> {
        if block.bytes.is_empty() {
            return Ok(());
        }
        let comma: &[u8] = if self.any { b",\n" } else { b"\n" };
        self.any = true;
        match &mut self.held {
            Some(held) if held.len() + block.bytes.len() <= HELD => {
                held.extend_from_slice(comma);
                held.extend_from_slice(&block.bytes);
                return Ok(());
            }
            Some(held) => {
                self.out.write_all(&head(self.system, None))?;
                self.out.write_all(held)?;
                self.held = None;
            }
            None => {}
        }
        self.out.write_all(comma)?;
        self.out.write_all(&block.bytes)
    }

    fn finish(self: Box<Self>, metadata: &Metadata) -> io::Result<()> {
        match self.held {
            Some(held) => {
                self.out.write_all(&head(self.system, Some(metadata)))?;
                self.out.write_all(&held)?;
                self.out.write_all(b"\n]}\n")
            }
            None => {
                let mut tail = b"\n],\n\"metadata\":".to_vec();
                put(metadata, &mut tail);
                tail.extend_from_slice(b"}\n");
                self.out.write_all(&tail)
            }
        }
    }
}

#[derive(Serialize)]
struct Feature<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    geometry: Option<Geometry>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: [f64; 2],
}

/// The properties, in the order of the file; null where not known.
#[derive(Serialize)]
struct Properties<'a> {
    id: &'a str,
    source_id: &'a str,
    record: Record<'a>,
    name: &'a str,
    dataset: Dataset,
    country: Option<&'a str>,
    country_code: Option<&'a str>,
    province: Option<&'a str>,
    province_code: Option<&'a str>,
    place_basis: PlaceBasis,
    place_distance_km: Option<f64>,
    stated_country: Option<&'a str>,
    stated_province: Option<&'a str>,
    segment: &'a Segments,
    segment_confidence: Option<String>,
    segment_basis: String,
    ree_type: ReeType,
    ree_type_confidence: Option<Confidence>,
    ree_type_basis: &'a str,
    status: &'static str,
    status_certain: bool,
    status_as_of: Option<&'a str>,
    #[serde(serialize_with = "terms")]
    deposit_type: &'a [Term],
    #[serde(serialize_with = "terms")]
    commodities: &'a [Term],
    products: &'a [Product],
    #[serde(serialize_with = "terms")]
    ree_minerals: &'a [Term],
    treo_mt: Option<f64>,
    treo_mt_min: Option<f64>,
    treo_mt_max: Option<f64>,
    treo_mt_basis: Option<String>,
    treo_percent: Option<f64>,
    treo_percent_min: Option<f64>,
    treo_percent_max: Option<f64>,
    treo_percent_basis: Option<String>,
    resources: Vec<String>,
    resources_unread: Vec<String>,
    references: &'a [String],
    nearest_port: Option<String>,
    nearest_port_id: Option<&'a str>,
    nearest_port_km: Option<f64>,
    curation: Option<Curation<'a>>,
}

/// How an entry of reemap's own tables is backed.
#[derive(Serialize)]
struct Curation<'a> {
    confidence: Confidence,
    precision: &'a str,
    evidence: Option<&'a str>,
    as_of: Option<&'a str>,
}

#[derive(Serialize)]
struct Record<'a> {
    table: &'a str,
    key: Option<&'a str>,
    file: &'a str,
    row: u64,
}

impl<'a> Feature<'a> {
    fn new(site: &'a Site, system: Option<&Projected>) -> Self {
        let coordinates = place(site, system);
        Feature {
            kind: "Feature",
            id: &site.id,
            geometry: coordinates.map(|coordinates| Geometry { kind: "Point", coordinates }),
            properties: Properties::new(site),
        }
    }
}

impl<'a> Properties<'a> {
    fn new(site: &'a Site) -> Self {
        let place = &site.place;
        let (treo, grade) = (site.resources.treo(), site.resources.treo_grade());
        let amount = |headline: &Option<Headline>| headline.as_ref().map(|it| it.amount);
        let basis = |headline: &Option<Headline>| headline.as_ref().map(|it| it.basis.clone());
        Properties {
            id: &site.id,
            source_id: &site.source_id,
            record: Record {
                table: &site.record.table,
                key: site.record.key.as_deref(),
                file: &site.record.file,
                row: site.record.row,
            },
            name: &site.name,
            dataset: site.dataset,
            country: place.country.as_ref().map(|unit| unit.name.as_str()),
            country_code: place.country.as_ref().map(|unit| unit.code.as_str()),
            province: place.province.as_ref().map(|unit| unit.name.as_str()),
            province_code: place.province.as_ref().map(|unit| unit.code.as_str()),
            place_basis: place.basis,
            place_distance_km: place.distance_km.map(kilometres),
            stated_country: site.stated_country.as_deref(),
            stated_province: site.stated_province.as_deref(),
            segment: &site.segments,
            segment_confidence: site.segments.confidence(),
            segment_basis: site.segments.basis(),
            ree_type: site.ree_type.value,
            ree_type_confidence: site.ree_type.confidence,
            ree_type_basis: &site.ree_type.basis,
            status: site.status.name(),
            status_certain: site.status_certain,
            status_as_of: dataset::status_as_of(site),
            deposit_type: &site.deposit_types,
            commodities: &site.commodities,
            products: &site.products,
            ree_minerals: &site.ree_minerals,
            treo_mt: treo.as_ref().map(Headline::value),
            treo_mt_min: amount(&treo).map(Amount::low),
            treo_mt_max: amount(&treo).and_then(Amount::high),
            treo_mt_basis: basis(&treo),
            treo_percent: grade.as_ref().map(Headline::value),
            treo_percent_min: amount(&grade).map(Amount::low),
            treo_percent_max: amount(&grade).and_then(Amount::high),
            treo_percent_basis: basis(&grade),
            resources: site.resources.texts(),
            resources_unread: site.resources.unread.iter().map(Unread::to_string).collect(),
            references: &site.references,
            nearest_port: site.nearest_port.as_ref().map(NearestPort::to_string),
            nearest_port_id: site.nearest_port.as_ref().map(|port| port.id.as_str()),
            nearest_port_km: site.nearest_port.as_ref().map(|port| kilometres(port.distance_km)),
            curation: site.curation.as_ref().map(|curation| Curation {
                confidence: curation.confidence,
                precision: &curation.precision,
                evidence: curation.evidence.as_deref(),
                as_of: curation.as_of.as_deref(),
            }),
        }
    }
}

/// Terms as their texts, the source's own doubt included: `carbonatite(?)`.
fn terms<S: Serializer>(terms: &&[Term], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(terms.len()))?;
    for term in *terms {
        list.serialize_element(&Text(term))?;
    }
    list.end()
}

struct Text<'a>(&'a Term);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}
