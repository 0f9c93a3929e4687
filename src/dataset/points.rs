//! Any table with a longitude and a latitude: a user's own points.

use super::location::Location;
use super::terms;
use crate::error::{At, Notices, Result};
use crate::site::{Dataset, Record, Site};
use crate::source::{Cell, Layer, Row, Rows};

/// Spellings of columns, lower case, the likeliest first.
const NAME: [&str; 13] = [
    "name",
    "title",
    "site",
    "site_name",
    "sitename",
    "deposit",
    "mine",
    "plant",
    "facility",
    "label",
    "featurenam",
    "名称",
    "名字",
];
const ID: [&str; 5] = ["id", "site_id", "uid", "code", "编号"];
const COUNTRY: [&str; 5] = ["country", "country_name", "nation", "国家", "国家名称"];
const PROVINCE: [&str; 10] = [
    "province",
    "state",
    "state_prov",
    "admin1",
    "adm1",
    "region",
    "province_state",
    "省",
    "省份",
    "省级",
];
const KIND: [&str; 4] = ["type", "kind", "category", "类型"];
const COMMODITY: [&str; 5] = ["commodity", "commodities", "commods", "矿种", "元素"];

/// A table of points, opened: where its columns stand.
pub struct Table {
    stem: String,
    layer: String,
    at: At,
    location: Location,
    id: Option<usize>,
    name: Option<usize>,
    country: Option<usize>,
    province: Option<usize>,
    kind: Option<usize>,
    commodities: Option<usize>,
}

/// Columns that tell an export of reemap's own.
const EXPORTED: [&str; 4] = ["source_id", "place_basis", "segment_basis", "ree_type_basis"];

impl Table {
    /// Opens a table whose rows give a location.
    pub fn open(layer: &Layer, notices: &mut Notices) -> Result<Self> {
        let find = |names: &[&str]| find(layer, names);
        if EXPORTED.iter().all(|name| layer.column(name).is_some()) {
            notices.note(format!(
                "{}: was written by reemap export; its sites are read as plain points, without \
                 their classes, and count again beside the data that they come from",
                layer.at
            ));
        }
        let stem = layer.at.file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Ok(Table {
            stem: match (stem, &layer.at.layer) {
                (Some(stem), Some(name)) if *name != stem => format!("{stem}/{name}"),
                (Some(stem), _) => stem,
                (None, _) => layer.name.clone(),
            },
            layer: layer.name.clone(),
            at: layer.at.clone(),
            location: Location::of(layer, notices)?,
            id: find(&ID),
            name: name_column(layer),
            country: find(&COUNTRY),
            province: find(&PROVINCE),
            kind: find(&KIND),
            commodities: find(&COMMODITY),
        })
    }

    /// The layer's rows, located on WGS 84.
    pub fn rows(&self, layer: &Layer) -> Result<Rows<'static>> {
        self.location.rows(layer)
    }

    /// The site of a row; its id is the table's own where it has one, else the row's number.
    pub fn site(&self, row: &Row, notices: &mut Notices) -> Result<Site> {
        let text =
            |column: Option<usize>| terms::text(row.cells.get(column?).unwrap_or(&Cell::Empty));
        let own = text(self.id);
        let source_id = own.clone().unwrap_or_else(|| row.number.to_string());
        let name = text(self.name).unwrap_or_else(|| format!("Point {source_id}"));
        let mut site = Site::new(Dataset::Points, source_id, name);
        site.id = format!("{}:{}:{}", Dataset::Points.name(), self.stem, site.source_id);
        site.record = Record {
            table: self.layer.clone(),
            key: own,
            file: self.at.file.display().to_string(),
            row: row.number,
        };
        site.point = self.location.point(row, notices)?;
        site.stated_country = text(self.country);
        site.stated_province = text(self.province);
        site.kind = text(self.kind).as_deref().and_then(terms::term);
        site.commodities = self
            .commodities
            .and_then(|column| terms::list_text(row.cells.get(column)?, &[',', ';']))
            .map(|list| terms::list(&list, &[',', ';']))
            .unwrap_or_default();
        Ok(site)
    }
}

/// The column that names a layer's rows.
pub fn name_column(layer: &Layer) -> Option<usize> {
    find(layer, &NAME).or_else(|| named(layer))
}

/// The first of the names that a column has.
fn find(layer: &Layer, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| column(layer, name))
}

/// The column of that name, letter case and blanks aside.
fn column(layer: &Layer, name: &str) -> Option<usize> {
    layer
        .columns
        .iter()
        .position(|column| column.name.trim().to_lowercase().replace([' ', '-', '/'], "_") == name)
}

/// The first column that is some kind of name: `Main Port Name`, `mine_name`.
fn named(layer: &Layer) -> Option<usize> {
    layer.columns.iter().position(|column| {
        let name = column.name.trim().to_lowercase();
        name.ends_with("name") && !name.contains("country") && !name.contains("region")
            || name.ends_with("名")
    })
}
