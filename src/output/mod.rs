//! The one way to write a file or standard output.
//!
//! A file is written beside its final place and renamed when it is whole, so that a run that
//! fails leaves what stood there before. A reader that closes the pipe early is no failure.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use self::beside::{Beside, folder_of};
use crate::error::{Error, Result};

mod beside;

#[cfg(feature = "geopackage")]
pub(crate) use self::beside::scratch;

/// Where output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf),
}

impl Target {
    /// The target that a `-o` flag names: nothing or `-` is standard output.
    pub fn new(path: Option<&Path>) -> Self {
        match path {
            None => Target::Stdout,
            Some(path) if path == Path::new("-") => Target::Stdout,
            Some(path) => Target::File(path.to_path_buf()),
        }
    }

    /// Whether it is standard output.
    pub fn is_stdout(&self) -> bool {
        matches!(self, Target::Stdout)
    }
}

/// Writes what `body` yields to `target`; `inputs` are the files that were read, which are
/// never overwritten. On a terminal, what a terminal would obey is replaced.
///
/// # Errors
/// [`Error::Usage`] where the target is one of the inputs, [`Error::Io`] with the path where
/// the system refuses.
pub fn write(
    target: &Target,
    inputs: &[PathBuf],
    body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    write_with_scratch(target, inputs, |out, _| body(out))
}

/// The same for a `body` that also wants files of its own for a while: they lie best in the folder
/// where the output will, which has room for it. A pipe or a device has none.
///
/// # Errors
/// As [`write`].
pub fn write_with_scratch(
    target: &Target,
    inputs: &[PathBuf],
    body: impl FnOnce(&mut dyn Write, Option<&Path>) -> io::Result<()>,
) -> Result<()> {
    match target {
        Target::Stdout if io::stdout().is_terminal() => {
            let mut raw = Vec::new();
            body(&mut raw, None).map_err(|cause| Error::io("standard output", cause))?;
            print(|out| {
                String::from_utf8_lossy(&raw)
                    .lines()
                    .try_for_each(|line| writeln!(out, "{}", printable(line)))
            })
        }
        Target::Stdout => print(|out| body(out, None)),
        Target::File(path) => write_file(path, inputs, body),
    }
}

/// Prints to standard output what is already fit for a terminal, colours included.
///
/// # Errors
/// [`Error::Io`] where the system refuses.
pub fn print(body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = body(&mut out).and_then(|()| out.flush());
    // What is still buffered would fail the same way again.
    let _ = out.into_parts();
    match written {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("standard output", cause))
        }
        _ => Ok(()),
    }
}

fn write_file(
    path: &Path,
    inputs: &[PathBuf],
    body: impl FnOnce(&mut dyn Write, Option<&Path>) -> io::Result<()>,
) -> Result<()> {
    let refused = |cause| Error::io(path, cause);
    if path.file_name().is_none() || path.as_os_str().to_string_lossy().ends_with('/') {
        return Err(Error::usage(format!("{} names a folder, not a file", path.display()))
            .with_hint("name the file to write, such as sites.geojson"));
    }
    let place = followed(path);
    // A folder among the inputs is a file geodatabase, of which every file is one.
    if inputs.iter().any(|input| fs::canonicalize(input).is_ok_and(|it| place.starts_with(it))) {
        return Err(Error::usage(format!("{} is an input and stays as it is", path.display()))
            .with_hint("name another output file"));
    }

    let standing = fs::metadata(&place).ok();
    match &standing {
        Some(meta) if meta.is_dir() => {
            return Err(Error::usage(format!("{} is a folder", path.display()))
                .with_hint("name a file in it, such as sites.geojson"));
        }
        // A device or a pipe is written to, not replaced.
        Some(meta) if !meta.is_file() => {
            let mut out = BufWriter::new(File::create(&place).map_err(refused)?);
            return match body(&mut out, None).and_then(|()| out.flush()) {
                Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Err(refused(cause)),
                _ => Ok(()),
            };
        }
        _ => {}
    }

    let folder = folder_of(&place);
    fs::create_dir_all(folder).map_err(|cause| Error::io(folder, cause))?;
    let beside = Beside::begin(folder, standing.as_ref()).map_err(refused)?;
    let mut out = BufWriter::with_capacity(1 << 16, beside);
    body(&mut out, Some(folder)).map_err(refused)?;
    let beside = out.into_inner().map_err(|error| refused(error.into_error()))?;
    beside.settle(&place).map_err(refused)
}

/// The file that is meant: a link is followed, so that it stays a link.
fn followed(path: &Path) -> PathBuf {
    if let Ok(place) = fs::canonicalize(path) {
        return place;
    }
    // It is new, or a link to what isn't there as yet.
    let place = fs::read_link(path).map_or(path.to_path_buf(), |aim| path.with_file_name(aim));
    match (place.parent().map(fs::canonicalize), place.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => place,
    }
}

/// Text from data, safe to print to a terminal and on one line: control characters (which a
/// terminal obeys), line breaks and marks that reorder text are replaced.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() || reorders(c)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' => {}
            '\n' | '\t' => clean.push(' '),
            c if c.is_control() || reorders(c) => clean.push(char::REPLACEMENT_CHARACTER),
            c => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// Whether a character is an invisible mark that changes the direction of the text after it,
/// or breaks the line.
fn reorders(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> impl FnOnce(&mut dyn Write) -> io::Result<()> {
        move |out| out.write_all(text.as_bytes())
    }

    #[test]
    fn a_file_that_fails_half_way_leaves_what_stood_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/sites.csv");
        let target = Target::File(path.clone());
        write(&target, &[], text("old")).unwrap();
        let failed = write(&target, &[], |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().to_string().contains("sites.csv: disk full"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn an_input_is_never_overwritten_under_any_of_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("data.csv");
        fs::write(&input, "a,b").unwrap();
        let other_name = folder.path().join("./data.csv");
        let error =
            write(&Target::File(other_name), std::slice::from_ref(&input), text("x")).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert_eq!(fs::read_to_string(&input).unwrap(), "a,b");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_a_new_file_is_readable_by_others() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt};
        write(&Target::File("/dev/null".into()), &[], text("x")).unwrap();
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());

        let folder = tempfile::tempdir().unwrap();
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let path = folder.path().join("ours");
        write(&Target::File(path.clone()), &[], text("x")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
    }

    #[test]
    fn a_terminal_is_not_given_orders_by_data() {
        assert_eq!(
            printable("Bayan\u{1b}[31m Obo\r\nEast\u{202e}"),
            "Bayan\u{fffd}[31m Obo East\u{fffd}"
        );
        assert!(matches!(printable("Kvanefjeld – 白云鄂博"), Cow::Borrowed(_)));
    }
}
