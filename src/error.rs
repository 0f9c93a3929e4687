//! What can go wrong, told so that a user knows where and what to do next.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The result of anything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// A place in an input, as exact as is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct At {
    /// The file as the user named it; a member of a zip as `archive.zip/member.shp`.
    pub file: PathBuf,
    /// The layer, sheet or table.
    pub layer: Option<String>,
    /// The row or feature, counted from 1 as the file's own programs count it
    /// (in a csv file or a sheet the header is row 1).
    pub row: Option<u64>,
    /// The column's name.
    pub column: Option<String>,
}

impl At {
    /// A place that is known to the file only.
    pub fn file(path: impl AsRef<Path>) -> Self {
        At { file: path.as_ref().to_path_buf(), ..At::default() }
    }

    /// The same place, narrowed to a layer.
    pub fn layer(mut self, layer: impl Into<String>) -> Self {
        self.layer = Some(layer.into());
        self
    }

    /// The same place, narrowed to a row.
    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same place, narrowed to a column.
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(layer) = &self.layer {
            write!(f, ", layer {layer}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        Ok(())
    }
}

/// What went wrong. [`Error::hint`] says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused a file.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's own word.
        #[source]
        cause: io::Error,
    },
    /// An input as a whole can't be used: unknown, damaged, or without what is needed.
    #[error("{at}: {reason}")]
    Input {
        /// Where.
        at: At,
        /// What is wrong, as a clause.
        reason: String,
        /// What the user can do.
        hint: Option<String>,
    },
    /// One row can't be used; the rows after it can. Readers yield it and go on.
    #[error("{at}: {reason}")]
    Row {
        /// Where.
        at: At,
        /// What is wrong, as a clause.
        reason: String,
    },
    /// What was asked for can't be understood: a flag's value, a figure's specification.
    #[error("{reason}")]
    Usage {
        /// What is wrong.
        reason: String,
        /// What the user can do.
        hint: Option<String>,
    },
    /// What was asked for is well put, but the data don't hold it, or hold it more than once.
    #[error("{reason}")]
    NotFound {
        /// What is missing or ambiguous.
        reason: String,
        /// What the user can do.
        hint: Option<String>,
    },
    /// A picture could not be made.
    #[error("cannot draw {what}: {reason}")]
    Draw {
        /// The figure.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// Data that ships inside the program is broken: a defect of the program itself.
    #[error("embedded {what} is broken: {reason}")]
    Embedded {
        /// Which piece.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
}

impl Error {
    /// A refusal of the operating system, with the path it refused.
    pub fn io(path: impl AsRef<Path>, cause: io::Error) -> Self {
        // An error of ours that passed through a writer.
        match cause.downcast::<Error>() {
            Ok(own) => own,
            Err(cause) => Error::Io { path: path.as_ref().to_path_buf(), cause },
        }
    }

    /// An input that can't be used.
    pub fn input(at: At, reason: impl fmt::Display) -> Self {
        Error::Input { at, reason: reason.to_string(), hint: None }
    }

    /// One row that can't be used.
    pub fn row(at: At, reason: impl fmt::Display) -> Self {
        Error::Row { at, reason: reason.to_string() }
    }

    /// Something asked for that can't be understood.
    pub fn usage(reason: impl fmt::Display) -> Self {
        Error::Usage { reason: reason.to_string(), hint: None }
    }

    /// Something asked for that the data don't hold, or hold more than once.
    pub fn not_found(reason: impl fmt::Display) -> Self {
        Error::NotFound { reason: reason.to_string(), hint: None }
    }

    /// Broken embedded data.
    pub fn embedded(what: &'static str, reason: impl fmt::Display) -> Self {
        Error::Embedded { what, reason: reason.to_string() }
    }

    /// The same error with a word on what to do next.
    pub fn with_hint(mut self, text: impl Into<String>) -> Self {
        if let Error::Input { hint, .. }
        | Error::Usage { hint, .. }
        | Error::NotFound { hint, .. } = &mut self
        {
            *hint = Some(text.into());
        }
        self
    }

    /// The same error with the part of the request that it is about, `frame` or `--frame`.
    pub fn within(mut self, part: &str) -> Self {
        if let Error::Usage { reason, .. } = &mut self {
            *reason = format!("{part}: {reason}");
        }
        self
    }

    /// What the user can do next, where we know.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Error::Input { hint, .. }
            | Error::Usage { hint, .. }
            | Error::NotFound { hint, .. } => hint.as_deref(),
            Error::Io { cause, .. } => hint_on(cause.kind()),
            _ => None,
        }
    }

    /// Whether only one row is lost, so that a reader may count it and go on.
    pub fn is_one_row(&self) -> bool {
        matches!(self, Error::Row { .. })
    }

    /// The program's exit code: 2 for a request that can't be understood, 1 for the rest.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Usage { .. } => 2,
            _ => 1,
        }
    }
}

/// What a user can do about a refusal of the operating system.
fn hint_on(kind: io::ErrorKind) -> Option<&'static str> {
    use io::ErrorKind::*;
    match kind {
        NotFound => Some("check the name, and the folder that it starts from"),
        PermissionDenied => Some("its owner can give you the right; or name another place"),
        ReadOnlyFilesystem => Some("name another place to write to"),
        StorageFull | QuotaExceeded | FileTooLarge => {
            Some("make room, or name another place to write to")
        }
        _ => None,
    }
}

/// So that work which writes as it reads can end with either; [`Error::io`] has it back.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::other(error)
    }
}

/// What was assumed, mended or left out on the way; shown once, at the end, on standard error.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    /// What was assumed or mended, once each, in the order met.
    pub notes: Vec<String>,
    /// Rows that were left out, with where and why; the first of very many.
    pub skipped: Vec<String>,
    /// Layers that were left out, with where and why; they are among the notes too.
    pub lost: Vec<String>,
    /// How many more rows were left out, and notes made, than are kept.
    beyond: [u64; 2],
    /// The notes again, to find one among many fast.
    noted: HashSet<String>,
}

/// The most notes, and reasons of rows that were left out, that are kept: more, nobody reads.
const KEPT: usize = 10_000;

impl Notices {
    /// Notes something, once.
    pub fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if self.notes.len() >= KEPT {
            self.beyond[1] += u64::from(!self.noted.contains(&text));
        } else if self.noted.insert(text.clone()) {
            self.notes.push(text);
        }
    }

    /// How many rows were left out.
    pub fn skipped_rows(&self) -> u64 {
        self.skipped.len() as u64 + self.beyond[0]
    }

    /// How many notes there were beyond those kept.
    pub fn more_notes(&self) -> u64 {
        self.beyond[1]
    }

    /// Takes over what was noted elsewhere, after what was noted here.
    pub fn join(&mut self, later: Notices) {
        let [skipped, notes] = later.beyond;
        later.notes.into_iter().for_each(|note| self.note(note));
        later.skipped.into_iter().for_each(|row| self.keep_skipped(row));
        self.lost.extend(later.lost);
        self.beyond[0] += skipped;
        self.beyond[1] += notes;
    }

    fn keep_skipped(&mut self, row: String) {
        if self.skipped.len() < KEPT {
            self.skipped.push(row);
        } else {
            self.beyond[0] += 1;
        }
    }

    /// Notes a layer that was left out.
    pub fn lose(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.note(text.clone());
        self.lost.push(text);
    }

    /// Counts a row that was left out; hands every graver error back.
    pub fn skip(&mut self, error: Error) -> Result<()> {
        if !error.is_one_row() {
            return Err(error);
        }
        self.keep_skipped(error.to_string());
        Ok(())
    }
}
