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
//! In another coordinate system the file is one of the older GeoJSON 2008, whose `crs` member
//! names the system; RFC 7946 knows WGS 84 only. Easting or longitude comes first, as everywhere.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::Metadata;
use super::projected::Projected;
use crate::dataset;
use crate::property::{coordinates, kilometres};
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
    out.write_all(b"{\"type\":\"FeatureCollection\",\n")?;
    if let Some(system) = system {
        out.write_all(b"\"crs\":{\"type\":\"name\",\"properties\":{\"name\":")?;
        serde_json::to_writer(&mut *out, &system.crs_name())?;
        out.write_all(b"}},\n")?;
    }
    out.write_all(b"\"metadata\":")?;
    serde_json::to_writer(&mut *out, metadata)?;
    out.write_all(b",\n\"features\":[")?;
    for (index, site) in sites.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &Feature::new(site, system))?;
    }
    out.write_all(b"\n]}\n")
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
        let coordinates = site.point.and_then(|point| match system {
            Some(system) => system.coordinates(point),
            None => Some(coordinates(point)),
        });
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
