//! Any table with a longitude and a latitude: a user's own points.

use std::borrow::Cow;
use std::sync::Arc;

use super::location::Location;
use super::terms;
use crate::error::{At, Notices, Result};
use crate::site::{Dataset, Needs, Record, Site};
use crate::source::block::{Blocks, Wanted};
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
#[derive(Debug, Clone)]
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
    /// The own columns that are asked for, and their names.
    own: Vec<usize>,
    own_names: Arc<[String]>,
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
            own: Vec::new(),
            own_names: Arc::default(),
        })
    }

    /// Has sites keep these of the table's columns, as far as it has them, as they are.
    pub fn keep(&mut self, layer: &Layer, names: &[String]) {
        let found = names.iter().filter_map(|name| Some((layer.column(name)?, name.clone())));
        let (own, names): (Vec<usize>, Vec<String>) = found.unzip();
        (self.own, self.own_names) = (own, names.into());
    }

    /// Whether a column tells commodities.
    pub fn states_commodities(&self) -> bool {
        self.commodities.is_some()
    }

    /// The columns that sites are made of, as far as they are asked for.
    pub fn wanted(&self, needs: &Needs) -> Wanted {
        let located = self.location.columns();
        let columns = [
            (true, located.map(|(longitude, _)| longitude)),
            (true, located.map(|(_, latitude)| latitude)),
            (needs.record, self.id),
            (needs.record, self.name),
            (needs.stated, self.country),
            (needs.stated, self.province),
            (needs.terms || needs.class, self.kind),
            (needs.terms || needs.class, self.commodities),
        ];
        let asked = columns.into_iter().filter_map(|(asked, column)| column.filter(|_| asked));
        Wanted::columns(asked.chain(self.own.iter().copied()))
    }

    /// The layer's rows, located on WGS 84.
    pub fn rows(&self, layer: &Layer) -> Result<Rows<'static>> {
        self.location.rows(layer)
    }

    /// The layer's rows in blocks, likewise.
    pub fn blocks(&self, layer: &Layer) -> Result<Blocks> {
        self.location.blocks(layer)
    }

    /// The site of a row; its id is the table's own where it has one, else the row's number.
    pub fn site(&self, row: &Row, notices: &mut Notices) -> Result<Site> {
        let mut site = self.blank();
        self.fill(row, &Needs::all(), &mut site, notices)?;
        Ok(site)
    }

    /// A site of this table, to be filled.
    pub fn blank(&self) -> Site {
        let mut site = Site::new(Dataset::Points, "", "");
        site.record = Record {
            table: self.layer.clone(),
            key: None,
            file: self.at.file.display().to_string(),
            row: 0,
        };
        site.own.names = Arc::clone(&self.own_names);
        site
    }

    /// Fills a site of this table from a row, as far as that is asked for, in the memory that the
    /// row before took.
    pub fn fill(
        &self,
        row: &Row,
        needs: &Needs,
        site: &mut Site,
        notices: &mut Notices,
    ) -> Result<()> {
        site.record.row = row.number;
        site.point = self.location.point(row, notices)?;
        site.own.cells.resize(self.own.len(), Cell::Empty);
        for (kept, column) in site.own.cells.iter_mut().zip(&self.own) {
            match (kept, row.cells.get(*column)) {
                (Cell::Text(text), Some(Cell::Text(read))) => set(text, read),
                (kept, read) => *kept = read.cloned().unwrap_or_default(),
            }
        }
        self.fill_texts(row, needs, site);
        Ok(())
    }

    /// Fills what a site says in words, as far as that is asked for.
    pub fn fill_texts(&self, row: &Row, needs: &Needs, site: &mut Site) {
        let cell = |column: Option<usize>| {
            let cell = column.and_then(|column| row.cells.get(column)).unwrap_or(&Cell::Empty);
            terms::text_of(cell)
        };
        if needs.record {
            let own = cell(self.id);
            site.source_id.clear();
            match &own {
                Some(id) => site.source_id.push_str(id),
                None => site.source_id.push_str(&row.number.to_string()),
            }
            site.record.key = own.map(Cow::into_owned);
            set(&mut site.id, Dataset::Points.name());
            for part in [":", &self.stem, ":", &site.source_id] {
                site.id.push_str(part);
            }
            match cell(self.name) {
                Some(name) => set(&mut site.name, &name),
                None => site.name = format!("Point {}", site.source_id),
            }
        }
        if needs.stated {
            site.stated_country = cell(self.country).map(Cow::into_owned);
            site.stated_province = cell(self.province).map(Cow::into_owned);
        }
        if needs.terms || needs.class {
            site.kind = cell(self.kind).as_deref().and_then(terms::term);
            site.commodities = self
                .commodities
                .and_then(|column| terms::list_text(row.cells.get(column)?, &[',', ';']))
                .map(|list| terms::list(&list, &[',', ';']))
                .unwrap_or_default();
        }
    }
}

/// Puts text in the memory that another had.
fn set(text: &mut String, other: &str) {
    text.clear();
    text.push_str(other);
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
