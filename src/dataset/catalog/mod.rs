//! reemap's own catalogue, `data/catalog/`: the default that ships inside the program.
//!
//! `global-ree.csv` and `global-ree-nonspatial.csv` hold the facts of the global database, made by
//! [`make`] from the official files; `plants.csv` and `ports.csv` are reemap's own tables of Chinese plants and ports. The
//! same tables can be given as files too.

use std::path::Path;

use super::about::Made;
use super::global_ree;
use super::terms;
use super::{Collection, Reading, TableUse};
use crate::error::{At, Error, Result};
use crate::resource;
use crate::site::{
    Confidence, Curation, Dataset, Fact, Note, Place, Port, Product, Record, Site, Status, Term,
};
use crate::source::{Cell, Input, Layer, Row};

pub use self::make::make;

mod make;

/// The version of the tables' columns.
pub const SCHEMA: u32 = 2;

/// What stands between the entries of a list.
const BETWEEN: &str = "; ";

/// The columns of `global-ree.csv`, in order.
const GLOBAL_REE: [&str; 26] = [
    "id",
    "source_id",
    "objectid",
    "name",
    "other_names",
    "country",
    "province",
    "longitude",
    "latitude",
    "record_type",
    "deposit_types",
    "deposit_subtype",
    "commodities",
    "ree_minerals",
    "stage",
    "status",
    "hree_facts",
    "lree_facts",
    "ratio_facts",
    "ree_facts",
    "references",
    resource::FIELDS[0],
    resource::FIELDS[1],
    resource::FIELDS[2],
    resource::FIELDS[3],
    resource::FIELDS[4],
];

/// The columns of `plants.csv`, in order.
const PLANTS: [&str; 17] = [
    "id",
    "name",
    "local_name",
    "country",
    "province",
    "place",
    "longitude",
    "latitude",
    "precision",
    "products",
    "class",
    "status",
    "as_of",
    "evidence",
    "confidence",
    "source",
    "licence",
];

/// The columns of `ports.csv`, in order.
const PORTS: [&str; 12] = [
    "id",
    "name",
    "country",
    "province",
    "longitude",
    "latitude",
    "exports",
    "exports_metals",
    "exports_rare_earths",
    "as_of",
    "evidence",
    "licence",
];

/// The tables of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Facts of the global database, records with a location.
    GlobalRee,
    /// The same of its records without one; the columns are the same.
    GlobalReeNonspatial,
    /// Chinese plants.
    Plants,
    /// Chinese ports.
    Ports,
}

impl Table {
    /// All tables.
    pub const ALL: [Table; 4] =
        [Table::GlobalRee, Table::GlobalReeNonspatial, Table::Plants, Table::Ports];

    /// The file.
    pub fn file(self) -> &'static str {
        match self {
            Table::GlobalRee => "global-ree.csv",
            Table::GlobalReeNonspatial => "global-ree-nonspatial.csv",
            Table::Plants => "plants.csv",
            Table::Ports => "ports.csv",
        }
    }

    /// The columns, in order.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Table::GlobalRee | Table::GlobalReeNonspatial => &GLOBAL_REE,
            Table::Plants => &PLANTS,
            Table::Ports => &PORTS,
        }
    }

    /// The dataset of its rows.
    pub(super) fn dataset(self) -> Dataset {
        match self {
            Table::GlobalRee => Dataset::GlobalRee,
            Table::GlobalReeNonspatial => Dataset::GlobalReeNonspatial,
            Table::Plants | Table::Ports => Dataset::Curated,
        }
    }

    /// What its rows are.
    pub(super) fn role(self) -> &'static str {
        match self {
            Table::GlobalRee | Table::GlobalReeNonspatial | Table::Plants => "sites",
            Table::Ports => "ports",
        }
    }

    /// The table that a layer is, told by its columns, and where two have the same by the id in
    /// its first row.
    pub(super) fn of(layer: &Layer) -> Result<Option<Table>> {
        let has = |names: &[&str]| names.iter().all(|name| layer.column(name).is_some());
        let Some(table) = Table::ALL.into_iter().find(|table| has(table.columns())) else {
            return Ok(None);
        };
        if table != Table::GlobalRee {
            return Ok(Some(table));
        }
        let id = match (layer.rows()?.next(), layer.column("id")) {
            (Some(Ok(row)), Some(column)) => {
                row.cells.get(column).and_then(Cell::text).map(String::from)
            }
            _ => None,
        };
        let prefix = Dataset::GlobalReeNonspatial.name();
        let nonspatial = id.is_some_and(|id| id.split(':').next() == Some(prefix));
        Ok(Some(if nonspatial { Table::GlobalReeNonspatial } else { table }))
    }

    /// The table as it ships with the program.
    fn embedded(self) -> &'static str {
        match self {
            Table::GlobalRee => include_str!("../../../data/catalog/global-ree.csv"),
            Table::GlobalReeNonspatial => {
                include_str!("../../../data/catalog/global-ree-nonspatial.csv")
            }
            Table::Plants => include_str!("../../../data/catalog/plants.csv"),
            Table::Ports => include_str!("../../../data/catalog/ports.csv"),
        }
    }
}

/// A cell that can't be read: which column, and why.
struct Broken(&'static str, String);

/// What a row of the catalogue is.
enum Entry {
    Site(Box<Site>),
    Port(Box<Port>),
}

/// Adds tables that ship with the program.
pub(super) fn embedded(
    collection: &mut Collection,
    tables: impl IntoIterator<Item = Table>,
    reading: &mut Reading<'_>,
) -> Result<()> {
    for table in tables {
        let text = table.embedded();
        let path = Path::new("data/catalog").join(table.file());
        collection.inputs.push(Input::embedded(path, text));
        let broken = |reason: String| {
            Error::embedded("catalogue", format!("data/catalog/{}: {reason}", table.file()))
        };
        collection.sites.reserve(text.bytes().filter(|byte| *byte == b'\n').count());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| broken(error.to_string()))?;
        if !header.iter().eq(table.columns().iter().copied()) {
            return Err(broken("the columns are not those of this version".into()));
        }
        let (mut record, mut rows, before) =
            (csv::StringRecord::new(), 0, collection.sites.len() + collection.ports.len());
        while reader.read_record(&mut record).map_err(|error| broken(error.to_string()))? {
            rows += 1;
            let row = rows + 1;
            let field = |index| record.get(index).unwrap_or_default();
            let entry = corrected(table, &field, "embedded", row, reading).map_err(
                |Broken(column, reason)| broken(format!("row {row}, {column}: {reason}")),
            )?;
            collection.push(entry);
        }
        collection.tables.push(TableUse {
            file: format!("data/catalog/{}", table.file()).into(),
            layer: table.file().trim_end_matches(".csv").into(),
            dataset: Some(table.dataset()),
            role: table.role(),
            rows,
            sites: (collection.sites.len() + collection.ports.len() - before) as u64,
            columns: Vec::new(),
        });
    }
    Ok(())
}

/// A table of the catalogue that was given as a file: where its columns stand.
pub(super) struct Opened {
    table: Table,
    at: At,
    positions: Vec<Option<usize>>,
}

impl Opened {
    /// Opens a layer that has the columns of a table.
    pub(super) fn of(layer: &Layer, table: Table) -> Self {
        Opened {
            table,
            at: layer.at.clone(),
            positions: table.columns().iter().map(|name| layer.column(name)).collect(),
        }
    }

    /// Adds the row's site or port.
    pub(super) fn add(
        &self,
        row: &Row,
        collection: &mut Collection,
        reading: &mut Reading<'_>,
    ) -> Result<()> {
        let cells: Vec<String> = self
            .positions
            .iter()
            .map(|position| position.and_then(|position| row.cells.get(position)))
            .map(|cell| cell.and_then(Cell::text).unwrap_or_default().into_owned())
            .collect();
        let field = |index: usize| cells.get(index).map(String::as_str).unwrap_or_default();
        let file = self.at.file.display().to_string();
        let entry = corrected(self.table, &field, &file, row.number, reading).map_err(
            |Broken(column, reason)| {
                Error::row(self.at.clone().row(row.number).column(column), reason)
            },
        )?;
        collection.push(entry);
        Ok(())
    }
}

impl Collection {
    fn push(&mut self, entry: Entry) {
        match entry {
            Entry::Site(site) => {
                self.unlocated += usize::from(site.point.is_none());
                self.sites.push(*site);
            }
            Entry::Port(port) => self.ports.push(*port),
        }
    }
}

/// What the official files call columns of the catalogue's tables, for corrections of their cells.
const OFFICIAL: [(&str, &str); 11] = [
    ("Name_Other", "other_names"),
    ("State_Prov", "province"),
    ("Rec_Type", "record_type"),
    ("Dep_Type", "deposit_types"),
    ("Dep_Note", "deposit_subtype"),
    ("Commods", "commodities"),
    ("REE_Mins", "ree_minerals"),
    ("Status", "stage"),
    ("P_Status", "status"),
    ("Ref_List", "references"),
    ("ID_No", "source_id"),
];

/// The entry of a row, its cells corrected where the corrections are of its record.
fn corrected<'f>(
    table: Table,
    field: &impl Fn(usize) -> &'f str,
    file: &str,
    row: u64,
    reading: &mut Reading<'_>,
) -> std::result::Result<Entry, Broken> {
    let first = entry(table, field, file, row)?;
    let Some(corrections) = &mut reading.corrections else { return Ok(first) };
    let (id, record) = match &first {
        Entry::Site(site) => (&site.id, &site.record),
        Entry::Port(port) => (&port.id, &port.record),
    };
    if !corrections.concerns(id) {
        return Ok(first);
    }
    let columns = table.columns();
    let mut cells: Vec<Cell> =
        (0..columns.len()).map(|index| Cell::Text(field(index).to_owned())).collect();
    let column = |name: &str| {
        let official = OFFICIAL.iter().find(|(official, _)| *official == name);
        let name = official.map_or(name, |(_, own)| own);
        columns.iter().position(|column| column.eq_ignore_ascii_case(name))
    };
    corrections.apply(file, id, record, column, &mut cells);
    let texts: Vec<String> =
        cells.iter().map(|cell| cell.text().unwrap_or_default().into_owned()).collect();
    entry(table, |index| texts.get(index).map(String::as_str).unwrap_or_default(), file, row)
}

/// The entry of a row, whose fields stand in the order of the table's columns.
fn entry<'f>(
    table: Table,
    field: impl Fn(usize) -> &'f str,
    file: &str,
    row: u64,
) -> std::result::Result<Entry, Broken> {
    match table {
        Table::GlobalRee | Table::GlobalReeNonspatial => {
            global_site(table.dataset(), std::array::from_fn(field), file, row)
        }
        Table::Plants => plant(std::array::from_fn(field), file, row),
        Table::Ports => port(std::array::from_fn(field), file, row),
    }
}

/// A site of the global database.
fn global_site(
    dataset: Dataset,
    fields: [&str; 26],
    file: &str,
    row: u64,
) -> std::result::Result<Entry, Broken> {
    let [
        id,
        source_id,
        objectid,
        name,
        other_names,
        country,
        province,
        longitude,
        latitude,
        record_type,
        deposit_types,
        deposit_subtype,
        commodities,
        ree_minerals,
        stage,
        status,
        hree,
        lree,
        ratio,
        ree,
        references,
        resources @ ..,
    ] = fields;
    let mut site = Site::new(dataset, source_id, name);
    site.id = id.into();
    site.record = Record {
        table: global_ree::table_name(dataset).into(),
        key: some(objectid),
        file: file.into(),
        row,
    };
    site.other_names = strings(other_names);
    site.stated_country = some(country);
    site.stated_province = some(province);
    site.point = point(longitude, latitude)?;
    site.kind = term(record_type);
    site.deposit_types = terms_of(deposit_types);
    site.deposit_subtype = some(deposit_subtype);
    site.commodities = terms_of(commodities);
    site.ree_minerals = terms_of(ree_minerals);
    site.stage = term(stage);
    set_status(&mut site, status)?;
    let columns = ["hree_facts", "lree_facts", "ratio_facts", "ree_facts"];
    for ((text, column), name) in
        [hree, lree, ratio, ree].into_iter().zip(columns).zip(global_ree::NOTES)
    {
        site.notes.extend(note(name, column, text)?);
    }
    site.references = strings(references);
    site.resources = resource::from_fields(resources)
        .map_err(|error| Broken(resource::FIELDS[0], error.to_string()))?;
    Ok(Entry::Site(Box::new(site)))
}

/// A plant of reemap's own table.
fn plant(fields: [&str; 17], file: &str, row: u64) -> std::result::Result<Entry, Broken> {
    let [
        id,
        name,
        local_name,
        country,
        province,
        place,
        longitude,
        latitude,
        precision,
        products,
        class,
        status,
        as_of,
        evidence,
        confidence,
        source,
        licence,
    ] = fields;
    let mut site = Site::new(Dataset::Curated, id, name);
    site.record = Record { table: "plants".into(), key: some(id), file: file.into(), row };
    site.other_names = strings(local_name);
    site.stated_country = some(country);
    site.stated_province = some(province);
    site.point = point(longitude, latitude)?;
    site.kind = term("Plant");
    for text in products.split(BETWEEN).filter(|text| !text.is_empty()) {
        site.products.push(product(text)?);
    }
    site.commodities = terms::distinct(site.products.iter().filter_map(|p| term(&p.commodity)));
    set_status(&mut site, status)?;
    site.notes.extend(note("class", "class", class)?);
    site.references = strings(source);
    site.curation = Some(Curation {
        confidence: Confidence::from_name(confidence)
            .ok_or_else(|| Broken("confidence", format!("{confidence} is not a confidence")))?,
        place: some(place),
        precision: precision.into(),
        evidence: some(evidence),
        as_of: some(as_of),
        licence: licence.into(),
    });
    Ok(Entry::Site(Box::new(site)))
}

/// A port of reemap's own table.
fn port(fields: [&str; 12], file: &str, row: u64) -> std::result::Result<Entry, Broken> {
    let [
        id,
        name,
        country,
        province,
        longitude,
        latitude,
        exports,
        metals,
        rare_earths,
        as_of,
        evidence,
        _licence,
    ] = fields;
    let (metals, stated) = undoubted(metals);
    let exports_metals = yes("exports_metals", metals)?.unwrap_or(false);
    Ok(Entry::Port(Box::new(Port {
        id: format!("{}:{id}", Dataset::Curated.name()),
        dataset: Dataset::Curated,
        name: name.into(),
        point: point(longitude, latitude)?,
        stated_country: some(country),
        stated_province: some(province),
        exports: strings(exports),
        exports_metals,
        exports_assumed: exports_metals && !stated,
        exports_rare_earths: yes("exports_rare_earths", rare_earths)?,
        evidence: if as_of.is_empty() { evidence.into() } else { format!("{evidence} ({as_of})") },
        record: Record { table: "ports".into(), key: some(id), file: file.into(), row },
        place: Place::default(),
    })))
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn strings(text: &str) -> Vec<String> {
    text.split(BETWEEN).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// A text without the `(?)` after it, and whether it has none.
fn undoubted(text: &str) -> (&str, bool) {
    match text.strip_suffix("(?)") {
        Some(text) => (text, false),
        None => (text, true),
    }
}

/// A term as [`Term`]'s `Display` writes it.
fn term(text: &str) -> Option<Term> {
    let (name, certain) = undoubted(text);
    (!name.is_empty()).then(|| Term { name: name.to_owned(), certain })
}

fn terms_of(text: &str) -> Vec<Term> {
    text.split(BETWEEN).filter_map(term).collect()
}

fn point(longitude: &str, latitude: &str) -> std::result::Result<Option<geo::Point<f64>>, Broken> {
    if longitude.is_empty() && latitude.is_empty() {
        return Ok(None);
    }
    let degrees = |column, text: &str, limit: f64| {
        let number: f64 =
            text.parse().map_err(|_| Broken(column, format!("{text} is no number")))?;
        if number.abs() <= limit {
            Ok(number)
        } else {
            Err(Broken(column, format!("{text} is out of range")))
        }
    };
    Ok(Some(geo::Point::new(
        degrees("longitude", longitude, 180.0)?,
        degrees("latitude", latitude, 90.0)?,
    )))
}

/// The status, and the words in which the source has it.
fn set_status(site: &mut Site, text: &str) -> std::result::Result<(), Broken> {
    let (name, certain) = undoubted(text);
    site.status = Status::from_name(name)
        .ok_or_else(|| Broken("status", format!("no status is named {name}")))?;
    site.status_certain = certain && site.status != Status::Unknown;
    site.stated_status = Some(Term { name: site.status.label().into(), certain }.to_string());
    Ok(())
}

/// The facts of a column; none where it states none.
fn note(name: &str, column: &'static str, text: &str) -> std::result::Result<Option<Note>, Broken> {
    if text.is_empty() {
        return Ok(None);
    }
    let facts = Fact::split(text).map_err(|error| Broken(column, error.to_string()))?;
    Ok(Some(Note { column: name.into(), text: None, facts }))
}

/// A product, `Rare earths, separated oxides, 5500 t/a REO`: commodity, form, capacity.
fn product(text: &str) -> std::result::Result<Product, Broken> {
    let mut parts = text.split(", ");
    let commodity = parts.next().unwrap_or_default().to_owned();
    let form = parts.next().map(str::to_owned);
    let (mut capacity, mut unit) = (None, None);
    if let Some(text) = parts.next() {
        let (number, words) = text.split_once(' ').unwrap_or((text, ""));
        let number: f64 =
            number.parse().map_err(|_| Broken("products", format!("{number} is no number")))?;
        (capacity, unit) = (Some(number), some(words));
    }
    Ok(Product { commodity, form, capacity, unit, ..Product::default() })
}

fn yes(column: &'static str, text: &str) -> std::result::Result<Option<bool>, Broken> {
    match text {
        "yes" => Ok(Some(true)),
        "no" => Ok(Some(false)),
        "" => Ok(None),
        _ => Err(Broken(column, format!("{text} is neither yes nor no"))),
    }
}
