//! GeoPackage 1.3: a table of features in an SQLite database, with its R-tree index.
//!
//! Rows go into the database as they come; of each, its place and number (24 bytes) stay in memory
//! until the index is made at the end, along a Hilbert curve, which is faster. All of it is one
//! transaction without a journal. SQLite writes a scratch file, which is copied to where it belongs
//! once it is whole: a file that is not finished is thrown away.
//!
//! Lists are text, joined by `; `. Where the sites come from is told in `gpkg_contents` and, as
//! JSON, by the metadata extension.

use std::fs::File;
use std::io::{self, Write};

use rusqlite::{Connection, Statement, ToSql, params};

use super::block::{Cells, Values, span};
use super::columns::Columns;
use super::hilbert::Bounds;
use super::plan::{SiteWriter, To};
use super::{Block, Metadata};
use crate::crs::System;
use crate::output;
use crate::property::Kind;

/// The table of the sites, and the title of its contents.
const TABLE: &str = "sites";

/// A moment that stands where the format wants one: the same input gives the same bytes.
const NO_TIME: &str = "1970-01-01T00:00:00.000Z";

/// The tables that the standard wants.
const TABLES: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
    md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
    mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
INSERT INTO gpkg_extensions VALUES
    ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec130/#extension_metadata', 'read-write'),
    ('gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec130/#extension_metadata', 'read-write');
"#;

/// The index and the triggers that keep it true, as the standard's annex F.3 has them.
const INDEX: &str = r#"
CREATE TRIGGER "rtree_{t}_{c}_insert" AFTER INSERT ON "{t}"
    WHEN (new."{c}" NOT NULL AND NOT ST_IsEmpty(NEW."{c}"))
BEGIN
    INSERT OR REPLACE INTO "rtree_{t}_{c}" VALUES (NEW."{i}",
        ST_MinX(NEW."{c}"), ST_MaxX(NEW."{c}"), ST_MinY(NEW."{c}"), ST_MaxY(NEW."{c}"));
END;
CREATE TRIGGER "rtree_{t}_{c}_update1" AFTER UPDATE OF "{c}" ON "{t}"
    WHEN OLD."{i}" = NEW."{i}" AND (NEW."{c}" NOTNULL AND NOT ST_IsEmpty(NEW."{c}"))
BEGIN
    INSERT OR REPLACE INTO "rtree_{t}_{c}" VALUES (NEW."{i}",
        ST_MinX(NEW."{c}"), ST_MaxX(NEW."{c}"), ST_MinY(NEW."{c}"), ST_MaxY(NEW."{c}"));
END;
CREATE TRIGGER "rtree_{t}_{c}_update2" AFTER UPDATE OF "{c}" ON "{t}"
    WHEN OLD."{i}" = NEW."{i}" AND (NEW."{c}" ISNULL OR ST_IsEmpty(NEW."{c}"))
BEGIN
    DELETE FROM "rtree_{t}_{c}" WHERE id = OLD."{i}";
END;
CREATE TRIGGER "rtree_{t}_{c}_update3" AFTER UPDATE ON "{t}"
    WHEN OLD."{i}" != NEW."{i}" AND (NEW."{c}" NOTNULL AND NOT ST_IsEmpty(NEW."{c}"))
BEGIN
    DELETE FROM "rtree_{t}_{c}" WHERE id = OLD."{i}";
    INSERT OR REPLACE INTO "rtree_{t}_{c}" VALUES (NEW."{i}",
        ST_MinX(NEW."{c}"), ST_MaxX(NEW."{c}"), ST_MinY(NEW."{c}"), ST_MaxY(NEW."{c}"));
END;
CREATE TRIGGER "rtree_{t}_{c}_update4" AFTER UPDATE ON "{t}"
    WHEN OLD."{i}" != NEW."{i}" AND (NEW."{c}" ISNULL OR ST_IsEmpty(NEW."{c}"))
BEGIN
    DELETE FROM "rtree_{t}_{c}" WHERE id IN (OLD."{i}", NEW."{i}");
END;
CREATE TRIGGER "rtree_{t}_{c}_delete" AFTER DELETE ON "{t}"
    WHEN old."{c}" NOT NULL
BEGIN
    DELETE FROM "rtree_{t}_{c}" WHERE id = OLD."{i}";
END;
"#;

/// A file under way.
pub(super) struct Writer<'o> {
    out: &'o mut dyn Write,
    scratch: File,
    database: Connection,
    system: Option<&'o System>,
    /// The columns of ids and of geometry, which no other column is called.
    names: [String; 2],
    insert: String,
    places: Vec<(i64, [f64; 2])>,
    rows: i64,
    bounds: Bounds,
    #[cfg(not(unix))]
    _path: tempfile::TempPath,
}

impl<'o> Writer<'o> {
    /// Begins a file.
    pub(super) fn new(
        columns: &Columns,
        system: Option<&'o System>,
        to: To<'o>,
    ) -> io::Result<Self> {
        let names = ["fid", "geom"].map(|name| columns.free(name));
        let (scratch, path) = output::scratch(to.scratch)?.into_parts();
        let database = Connection::open(&path).map_err(failed)?;
        // 1.3.0 of a GeoPackage.
        let begin = "PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300;
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA trusted_schema = ON; BEGIN;";
        database.execute_batch(begin).map_err(failed)?;
        database.execute_batch(TABLES).map_err(failed)?;
        // Both hold it open, so that even a run that is killed leaves nothing. Before its first
        // transaction SQLite looks for the file by its name.
        #[cfg(unix)]
        path.close()?;
        let [id, geometry] = &names;
        let mut table = format!(
            "CREATE TABLE \"{TABLE}\" ({} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {} POINT",
            quoted(id),
            quoted(geometry)
        );
        for field in columns.fields() {
            let kind = match field.kind {
                Kind::Text | Kind::List => "TEXT",
                Kind::Real => "REAL",
                Kind::Integer => "INTEGER",
                Kind::Boolean => "BOOLEAN",
            };
            table.push_str(&format!(", {} {kind}", quoted(field.name())));
        }
        table.push(')');
        database.execute_batch(&table).map_err(failed)?;
        let marks = ", ?".repeat(columns.fields().len());
        let insert = format!("INSERT INTO \"{TABLE}\" VALUES (?, ?{marks})");
        let (places, bounds) = (Vec::new(), Bounds::NONE);
        Ok(Writer {
            out: to.out,
            scratch,
            database,
            system,
            names,
            insert,
            places,
            rows: 0,
            bounds,
            #[cfg(not(unix))]
            _path: path,
        })
    }

    fn srs(&self) -> i64 {
        self.system.and_then(|system| system.code).map_or(4326, i64::from)
    }

    fn add(&mut self, block: &Block) -> rusqlite::Result<()> {
        let srs = i32::try_from(self.srs()).unwrap_or_default();
        let mut insert = self.database.prepare_cached(&self.insert)?;
        let mut columns: Vec<Cursor<'_>> = block.cells.iter().map(Cursor::new).collect();
        for mark in &block.marks {
            self.rows += 1;
            insert.raw_bind_parameter(1, self.rows)?;
            match mark.place {
                Some(place) => {
                    insert.raw_bind_parameter(2, blob(place, srs).as_slice())?;
                    self.places.push((self.rows, place));
                    self.bounds.add(place);
                }
                None => insert.raw_bind_parameter(2, rusqlite::types::Null)?,
            }
            for (parameter, column) in (3..).zip(&mut columns) {
                column.bind(&mut insert, parameter)?;
            }
            insert.raw_execute()?;
        }
        Ok(())
    }

    fn end(&mut self, metadata: &Metadata) -> rusqlite::Result<()> {
        let (database, srs) = (&self.database, self.srs());
        let [id, geometry] = &self.names;
        if let Some(system) = self.system {
            database.execute(
                "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES
                    (?1, ?2, 'EPSG', ?2, 'undefined', NULL)",
                params![system.title, srs],
            )?;
        }
        let [west, south, east, north] = self.bounds.0.map_or([None; 4], |it| it.map(Some));
        database.execute(
            "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![TABLE, metadata.describe(), NO_TIME, west, south, east, north, srs],
        )?;
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, 'POINT', ?3, 0, 0)",
            params![TABLE, geometry, srs],
        )?;
        database.execute(
            "INSERT INTO gpkg_extensions VALUES (?1, ?2, 'gpkg_rtree_index',
                'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')",
            params![TABLE, geometry],
        )?;
        let about = serde_json::to_string(metadata).unwrap_or_default();
        database.execute(
            "INSERT INTO gpkg_metadata VALUES
                (1, 'dataset', 'http://www.iana.org/assignments/media-types/application/json',
                'application/json', ?1)",
            params![about],
        )?;
        database.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('table', ?1, NULL, NULL, ?2, 1, NULL)",
            params![TABLE, NO_TIME],
        )?;
        let filled =
            |sql: &str| sql.replace("{t}", TABLE).replace("{c}", geometry).replace("{i}", id);
        database.execute_batch(&filled(
            "CREATE VIRTUAL TABLE \"rtree_{t}_{c}\" USING rtree(id, minx, maxx, miny, maxy)",
        ))?;
        let bounds = self.bounds;
        self.places.sort_unstable_by_key(|(row, place)| (bounds.position(*place), *row));
        let mut index = self
            .database
            .prepare(&filled("INSERT INTO \"rtree_{t}_{c}\" VALUES (?1, ?2, ?2, ?3, ?3)"))?;
        for (row, [x, y]) in &self.places {
            index.execute(params![row, x, y])?;
        }
        drop(index);
        self.database.execute_batch(&filled(INDEX))?;
        self.database.execute_batch("COMMIT")
    }
}

impl SiteWriter for Writer<'_> {
    fn take(&mut self, block: Block) -> io::Result<()> {
        if let Some(misfit) = block.misfit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, misfit));
        }
        self.add(&block).map_err(failed)
    }

    fn finish(mut self: Box<Self>, metadata: &Metadata) -> io::Result<()> {
        self.end(metadata).map_err(failed)?;
        self.database.close().map_err(|(_, error)| failed(error))?;
        io::copy(&mut self.scratch, self.out).map(drop)
    }
}

/// A column on its way down.
struct Cursor<'b> {
    cells: &'b Cells,
    row: usize,
    rank: usize,
}

impl<'b> Cursor<'b> {
    fn new(cells: &'b Cells) -> Self {
        Cursor { cells, row: 0, rank: 0 }
    }

    fn bind(&mut self, insert: &mut Statement<'_>, parameter: usize) -> rusqlite::Result<()> {
        let given = self.cells.given.get(self.row).copied().unwrap_or_default();
        let rank = self.rank;
        self.row += 1;
        self.rank += usize::from(given);
        let mut bind = |value: &dyn ToSql| insert.raw_bind_parameter(parameter, value);
        match &self.cells.values {
            _ if !given => bind(&rusqlite::types::Null),
            Values::Text(texts) => {
                let text = texts.bytes.get(span(&texts.ends, rank)).unwrap_or_default();
                bind(&std::str::from_utf8(text).unwrap_or_default())
            }
            Values::Real(numbers) => bind(&numbers.get(rank)),
            Values::Integer(numbers) => bind(&numbers.get(rank)),
            Values::Boolean(truths) => bind(&truths.get(rank)),
            // The format has no lists, so that none come.
            Values::List(..) => bind(&rusqlite::types::Null),
        }
    }
}

/// A point as the standard stores it: its header, without an envelope, and WKB.
fn blob([x, y]: [f64; 2], srs: i32) -> Vec<u8> {
    let mut blob = b"GP\x00\x01".to_vec();
    blob.extend_from_slice(&srs.to_le_bytes());
    blob.extend_from_slice(&[1, 1, 0, 0, 0]);
    blob.extend_from_slice(&x.to_le_bytes());
    blob.extend_from_slice(&y.to_le_bytes());
    blob
}

/// A name in SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn failed(error: rusqlite::Error) -> io::Error {
    io::Error::other(error)
}
