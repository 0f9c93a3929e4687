//! Schemas: rows of the databases become [`Site`]s, [`Port`]s and [`Reference`]s.
//!
//! A layer is recognised by its columns ([`recognise`]), then read by the module of its schema.
//! Nothing here classifies or locates.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

use crate::error::{Error, Notices, Result};
use crate::site::{Dataset, Port, Reference, Site};
use crate::source::{Input, Layer, Row, Rows};

use self::ids::{Met, distinguish, tell_apart};

pub use self::about::{About, Made, about, made, status_as_of};
pub use self::aside::Aside;
pub use self::corrections::{Corrected, Corrections};
pub use self::dictionary::{Dictionary, Opened, Unsettled};
pub(crate) use self::points::name_column;
pub use self::reading::{Reading, Seen, Watch};
pub use self::recognise::{Schema, recognise};

pub mod about;
mod aside;
pub mod catalog;
pub mod context;
pub mod corrections;
mod degrees;
mod dictionary;
pub mod gis;
pub mod global_ree;
mod ids;
mod location;
mod points;
mod reading;
mod recognise;
pub mod status;
pub mod terms;

/// What was read from all inputs, in their order.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    /// The sites.
    pub sites: Vec<Site>,
    /// The ports.
    pub ports: Vec<Port>,
    /// The layers that figures can draw around the sites; their rows are not read.
    pub context: Vec<context::Candidate>,
    /// The references that sites cite, where a table of them was given.
    pub references: Vec<Reference>,
    /// The files.
    pub inputs: Vec<Input>,
    /// What each table gave.
    pub tables: Vec<TableUse>,
    /// The layers of which a role is open that some questions need; without the commodity none of
    /// a layer's rows are here.
    pub unsettled: Vec<Unsettled>,
    /// How many of the sites have no location.
    pub unlocated: usize,
    /// What the embedded tables of the global database were made from, where one of them serves.
    pub made: Option<&'static Made>,
    /// What was corrected on reading, where a file of corrections was given.
    pub corrected: Option<Corrected>,
    /// Tables of plain points that were opened and not read, where that was asked for.
    pub aside: Vec<Aside>,
    /// The names of the columns of all tables of plain points.
    pub own_columns: BTreeSet<String>,
}

/// What a table was taken for and what it gave.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TableUse {
    /// The file.
    pub file: PathBuf,
    /// The layer in it.
    pub layer: String,
    /// The dataset; none for tables of references.
    pub dataset: Option<Dataset>,
    /// What the table holds: `sites`, `facilities`, `ports`, `references`, ….
    pub role: &'static str,
    /// Rows read.
    pub rows: u64,
    /// Sites, ports or references that they gave.
    pub sites: u64,
    /// What the columns of a GIS compilation were taken for that have no name of their own, each
    /// with what settled it: `form: DsgAttr02 (values)`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// Reads everything that the paths hold, but for [`Collection::context`], which is opened only;
/// `dictionary` says what columns mean where the files don't. A table of no known schema is noted,
/// and is an error where a path holds no other. Rows that can't be used are counted in `notices`.
///
/// # Errors
/// A path that can't be read, or that holds nothing known; a dictionary that doesn't fit.
pub fn read(
    paths: &[PathBuf],
    dictionary: &Dictionary,
    notices: &mut Notices,
) -> Result<Collection> {
    read_with(paths, &mut Reading::plain(dictionary), notices)
}

/// The same with corrections, or with somebody looking on. Once all is read,
/// [`Collection::settle`] says what was corrected.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    paths: &[PathBuf],
    reading: &mut Reading<'_>,
    notices: &mut Notices,
) -> Result<Collection> {
    let dictionary = reading.dictionary;
    let mut collection = Collection::default();
    collection.inputs.extend(dictionary.inputs().iter().cloned());
    let mut opened = Opened::default();
    for path in paths {
        let (mut used, mut refused) = (false, None);
        for source in dictionary.open(path)? {
            source.notes.into_iter().for_each(|note| notices.note(note));
            source.lost.into_iter().for_each(|lost| notices.lose(lost));
            collection.inputs.extend(source.inputs);
            for layer in source.layers {
                opened.add(&layer);
                let mut aside = false;
                match collection.take_layer(&layer, reading, notices) {
                    Ok(schema) => {
                        used = true;
                        aside = matches!(schema, Schema::Context);
                    }
                    Err(error @ Error::Input { .. }) => {
                        let reason = error.to_string();
                        match refused {
                            None => refused = Some(error),
                            Some(_) => notices.lose(reason),
                        }
                    }
                    Err(error) => return Err(error),
                }
                collection.context.extend(context::Candidate::of(layer, aside));
            }
        }
        match refused {
            Some(error) if !used => return Err(error),
            Some(error) => notices.lose(error.to_string()),
            None => {}
        }
    }
    for note in dictionary.unused(&opened) {
        notices.note(note);
    }
    Ok(collection)
}

/// The tables of the wanted datasets that ship with the program: the global database's records
/// with a location ([`Dataset::GlobalRee`]) and without one ([`Dataset::GlobalReeNonspatial`]),
/// reemap's own plants and ports ([`Dataset::Curated`]).
///
/// # Errors
/// A broken catalogue: a defect of the program.
pub fn embedded(wanted: impl Fn(Dataset) -> bool) -> Result<Collection> {
    embedded_with(wanted, &mut Reading::plain(&Dictionary::default()))
}

/// The same with corrections.
///
/// # Errors
/// As [`embedded`].
pub fn embedded_with(
    wanted: impl Fn(Dataset) -> bool,
    reading: &mut Reading<'_>,
) -> Result<Collection> {
    let mut collection = Collection::default();
    if wanted(Dataset::GlobalRee) || wanted(Dataset::GlobalReeNonspatial) {
        collection.made = Some(made()?);
    }
    let tables = catalog::Table::ALL.into_iter().filter(|table| wanted(table.dataset()));
    catalog::embedded(&mut collection, tables, reading)?;
    Ok(collection)
}

/// A table whose rows are sites.
enum Table {
    GlobalRee(global_ree::Table),
    Gis(gis::Table),
    Points(points::Table),
}

impl Table {
    fn open(
        layer: &Layer,
        schema: Schema,
        dictionary: &Dictionary,
        notices: &mut Notices,
    ) -> Result<Option<Self>> {
        Ok(match schema {
            Schema::GlobalRee => Some(Table::GlobalRee(global_ree::Table::open(layer, notices)?)),
            Schema::Gis(kind) => {
                Some(Table::Gis(gis::Table::open(layer, kind, &dictionary.roles, notices)?))
            }
            Schema::Points => Some(Table::Points(points::Table::open(layer, notices)?)),
            Schema::Catalog(_) | Schema::References | Schema::Abbreviations | Schema::Context => {
                None
            }
        })
    }

    /// What columns without a name of their own were taken for.
    fn columns(&self) -> Vec<String> {
        match self {
            Table::Gis(table) => table.roles().settled(),
            Table::GlobalRee(_) | Table::Points(_) => Vec::new(),
        }
    }

    /// The roles that are open and needed.
    fn unsettled(&self) -> Vec<Unsettled> {
        match self {
            Table::Gis(table) => Unsettled::of(table),
            Table::GlobalRee(_) | Table::Points(_) => Vec::new(),
        }
    }

    fn rows(&self, layer: &Layer) -> Result<Rows<'static>> {
        match self {
            Table::GlobalRee(table) => table.rows(layer),
            Table::Gis(table) => table.rows(layer),
            Table::Points(table) => table.rows(layer),
        }
    }

    fn site(&self, row: &Row, notices: &mut Notices) -> Result<Site> {
        match self {
            Table::GlobalRee(table) => table.site(row, notices),
            Table::Gis(table) => table.site(row, notices),
            Table::Points(table) => table.site(row, notices),
        }
    }

    fn dataset(&self) -> Dataset {
        match self {
            Table::GlobalRee(table) => table.dataset(),
            Table::Gis(table) => table.dataset(),
            Table::Points(_) => Dataset::Points,
        }
    }

    fn role(&self) -> &'static str {
        match self {
            Table::Gis(table) => table.kind().name(),
            Table::GlobalRee(_) | Table::Points(_) => "sites",
        }
    }
}

impl Collection {
    /// Adds all that another collection holds.
    pub fn join(&mut self, other: Collection) {
        let Collection {
            sites,
            ports,
            context,
            references,
            inputs,
            tables,
            unsettled,
            unlocated,
            made,
            corrected,
            aside,
            own_columns,
        } = other;
        self.sites.extend(sites);
        self.ports.extend(ports);
        self.context.extend(context);
        self.references.extend(references);
        self.inputs.extend(inputs);
        self.tables.extend(tables);
        self.unsettled.extend(unsettled);
        self.unlocated += unlocated;
        self.made = self.made.or(made);
        self.corrected = self.corrected.take().or(corrected);
        self.aside.extend(aside);
        self.own_columns.extend(own_columns);
    }

    /// Adds the curated plants and ports that ship with the program.
    pub fn add_curated(&mut self) -> Result<()> {
        self.add_curated_with([true, true], &mut Reading::plain(&Dictionary::default()))
    }

    /// Adds the curated plants that ship with the program.
    pub fn add_curated_plants(&mut self) -> Result<()> {
        self.add_curated_with([true, false], &mut Reading::plain(&Dictionary::default()))
    }

    /// Adds the curated ports that ship with the program.
    pub fn add_curated_ports(&mut self) -> Result<()> {
        self.add_curated_with([false, true], &mut Reading::plain(&Dictionary::default()))
    }

    /// Adds the curated plants, or ports, or both, with corrections.
    pub fn add_curated_with(
        &mut self,
        [plants, ports]: [bool; 2],
        reading: &mut Reading<'_>,
    ) -> Result<()> {
        let plants = plants.then_some(catalog::Table::Plants);
        let ports = ports.then_some(catalog::Table::Ports);
        catalog::embedded(self, plants.into_iter().chain(ports), reading)
    }

    /// Says what was corrected, once all is read; a note where corrections are of datasets that
    /// were not.
    ///
    /// # Errors
    /// Corrections that don't fit the data.
    pub fn settle(&mut self, corrections: &Corrections) -> Result<Option<String>> {
        let read = |dataset| self.tables.iter().any(|table| table.dataset == Some(dataset));
        let (corrected, note) = corrections.finish(read)?;
        self.inputs.push(corrections.input().clone());
        self.corrected = Some(corrected);
        Ok(note)
    }

    /// Adds the sites, ports or references of a layer.
    ///
    /// # Errors
    /// A layer of no known schema, or one whose columns can't be told apart.
    pub fn add(
        &mut self,
        layer: &Layer,
        dictionary: &Dictionary,
        notices: &mut Notices,
    ) -> Result<()> {
        self.add_with(layer, &mut Reading::plain(dictionary), notices)
    }

    /// The same, read in a way of one's own.
    ///
    /// # Errors
    /// As [`Collection::add`].
    pub fn add_with(
        &mut self,
        layer: &Layer,
        reading: &mut Reading<'_>,
        notices: &mut Notices,
    ) -> Result<()> {
        if self.take_layer(layer, reading, notices)? == Schema::Context {
            notices.note(format!("{}: holds no sites; left aside", layer.at));
        }
        Ok(())
    }

    /// Adds what a layer holds, and gives its schema. Of one that holds no sites nothing is said.
    fn take_layer(
        &mut self,
        layer: &Layer,
        reading: &mut Reading<'_>,
        notices: &mut Notices,
    ) -> Result<Schema> {
        let schema = recognise(layer, &reading.dictionary.roles)?;
        if schema == Schema::Context {
            return Ok(schema);
        }
        for note in &layer.notes {
            notices.note(format!("{}: {note}", layer.at));
        }
        match schema {
            Schema::Catalog(table) => self.add_catalog(layer, table, reading, notices)?,
            Schema::References => self.add_references(layer, notices)?,
            Schema::Abbreviations => {
                notices.note(format!("{}: abbreviations; not needed", layer.at));
            }
            _ => self.add_sites(layer, schema, reading, notices)?,
        }
        Ok(schema)
    }

    /// Adds the sites or ports of a layer.
    fn add_sites(
        &mut self,
        layer: &Layer,
        schema: Schema,
        reading: &mut Reading<'_>,
        notices: &mut Notices,
    ) -> Result<()> {
        let Some(mut table) = Table::open(layer, schema, reading.dictionary, notices)? else {
            return Ok(());
        };
        let unsettled = table.unsettled();
        let barred = unsettled.iter().find(|open| open.bars_rows()).map(|open| open.role.name());
        self.unsettled.extend(unsettled);
        if let Some(role) = barred {
            notices.lose(format!(
                "{}: its rows are left out, since no column can be told to hold the {role}",
                layer.at
            ));
            return Ok(());
        }
        if let Table::Points(table) = &mut table {
            self.own_columns.extend(layer.columns.iter().map(|column| column.name.clone()));
            if reading.points_aside() {
                self.set_aside(layer, table);
                return Ok(());
            }
            table.keep(layer, &reading.own);
        }
        let location = location::columns(layer);
        let (mut read, mut sites) = (0, Vec::new());
        for row in table.rows(layer)? {
            read += 1;
            match row.and_then(|row| reading.site(&table, layer, location, row, notices)) {
                Ok(site) => sites.push(site),
                Err(error) => notices.skip(error)?,
            }
        }
        if read == 0 {
            notices.note(format!("{}: holds no rows", layer.at));
        }
        let table_use = TableUse {
            file: layer.at.file.clone(),
            layer: layer.name.clone(),
            dataset: Some(table.dataset()),
            role: table.role(),
            rows: read,
            sites: 0,
            columns: table.columns(),
        };
        if schema == Schema::Gis(gis::Kind::Port) {
            let mut ports = gis::ports(sites)?;
            distinguish(&mut ports);
            self.take_ports(ports, table_use, notices);
            return Ok(());
        }
        if schema == Schema::Gis(gis::Kind::Facility) {
            sites = gis::merge(sites);
            let ids: HashSet<&str> = sites.iter().map(|site| site.source_id.as_str()).collect();
            let more = sites.len() - ids.len();
            if more > 0 {
                notices.note(format!(
                    "{}: {more} more sites than ids, since rows of one id lie at different places",
                    layer.at
                ));
            }
        }
        distinguish(&mut sites);
        self.take(sites, table_use, notices);
        Ok(())
    }

    /// Opens a table of points, to be read later.
    fn set_aside(&mut self, layer: &Layer, table: &points::Table) {
        self.tables.push(TableUse {
            file: layer.at.file.clone(),
            layer: layer.name.clone(),
            dataset: Some(Dataset::Points),
            role: "sites",
            rows: 0,
            sites: 0,
            columns: Vec::new(),
        });
        self.aside.push(Aside::new(layer, table));
    }

    /// Takes a table's sites, save those that a table of the same kind in another file has given
    /// before: the workbook and its csv form hold the same records. A record that lies elsewhere
    /// than the known one with its id stays, under an id of its own. Ids of plain points are
    /// reemap's own, so that the points of another file all stay.
    fn take(&mut self, mut sites: Vec<Site>, table_use: TableUse, notices: &mut Notices) {
        if let Some(earlier) = self.earlier(&table_use) {
            let points = table_use.dataset == Some(Dataset::Points);
            let same_file = self
                .tables
                .iter()
                .any(|known| known.file == table_use.file && known.layer == table_use.layer);
            if points && !same_file {
                let known: HashSet<&str> = self.sites.iter().map(|site| site.id.as_str()).collect();
                let number = self.tables.len() + 1;
                for site in sites.iter_mut().filter(|site| known.contains(site.id.as_str())) {
                    site.id = format!("{}#{number}", site.id);
                }
            } else {
                let met = tell_apart(&mut sites, &self.sites);
                let products = sites.iter_mut().flat_map(|site| &mut site.products);
                for shared in products.flat_map(|product| &mut product.shared_with) {
                    if let Some(id) = met.renamed.get(shared.as_str()) {
                        shared.clone_from(id);
                    }
                }
                note_met(&met, earlier, &table_use, notices);
            }
        }
        self.unlocated += sites.iter().filter(|site| site.point.is_none()).count();
        self.tables.push(TableUse { sites: sites.len() as u64, ..table_use });
        self.sites.extend(sites);
    }

    /// Takes a table's ports, save those that stand in another file too, as with sites.
    fn take_ports(&mut self, mut ports: Vec<Port>, table_use: TableUse, notices: &mut Notices) {
        if let Some(earlier) = self.earlier(&table_use) {
            let met = tell_apart(&mut ports, &self.ports);
            note_met(&met, earlier, &table_use, notices);
        }
        self.tables.push(TableUse { sites: ports.len() as u64, ..table_use });
        self.ports.extend(ports);
    }

    /// The first table of the same kind and dataset.
    fn earlier(&self, table_use: &TableUse) -> Option<&TableUse> {
        self.tables
            .iter()
            .find(|known| known.dataset == table_use.dataset && known.role == table_use.role)
    }

    fn add_references(&mut self, layer: &Layer, notices: &mut Notices) -> Result<()> {
        let (mut rows, before) = (0, self.references.len());
        for row in layer.rows()? {
            rows += 1;
            match row.and_then(|row| global_ree::reference(layer, &row)) {
                Ok(Some(reference)) => self.references.push(reference),
                Ok(None) => {}
                Err(error) => notices.skip(error)?,
            }
        }
        self.tables.push(TableUse {
            file: layer.at.file.clone(),
            layer: layer.name.clone(),
            dataset: None,
            role: "references",
            rows,
            sites: (self.references.len() - before) as u64,
            columns: Vec::new(),
        });
        Ok(())
    }

    fn add_catalog(
        &mut self,
        layer: &Layer,
        table: catalog::Table,
        reading: &mut Reading<'_>,
        notices: &mut Notices,
    ) -> Result<()> {
        let opened = catalog::Opened::of(layer, table);
        let mut own = Collection::default();
        let mut rows = 0;
        for row in layer.rows()? {
            rows += 1;
            if let Err(error) = row.and_then(|row| opened.add(&row, &mut own, reading)) {
                notices.skip(error)?;
            }
        }
        let table_use = TableUse {
            file: layer.at.file.clone(),
            layer: layer.name.clone(),
            dataset: Some(table.dataset()),
            role: table.role(),
            rows,
            sites: 0,
            columns: Vec::new(),
        };
        if table == catalog::Table::Ports {
            self.take_ports(own.ports, table_use, notices);
        } else {
            self.take(own.sites, table_use, notices);
        }
        Ok(())
    }
}

/// Notes how the ids of a table meet those of an earlier one.
fn note_met(met: &Met, earlier: &TableUse, table_use: &TableUse, notices: &mut Notices) {
    let file = table_use.file.display();
    let earlier = if earlier.file == table_use.file {
        format!("its layer {}", earlier.layer)
    } else {
        earlier.file.display().to_string()
    };
    if met.repeated > 0 {
        let what = match met.repeated {
            1 => format!("1 record stands in {earlier} too and counts"),
            count => format!("{count} records stand in {earlier} too and count"),
        };
        notices.note(format!("{file}: {what} once"));
    }
    if met.elsewhere > 0 {
        let what = match met.elsewhere {
            1 => "1 id is that of a record that lies".into(),
            count => format!("{count} ids are those of records that lie"),
        };
        notices.note(format!(
            "{file}: {what} elsewhere in {earlier}; both are kept, this file's with #2, or the \
             next number, after the id"
        ));
    }
}
