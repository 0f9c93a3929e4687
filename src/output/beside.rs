//! A file on its way: written out of sight in the folder of its final place, and put there when
//! it is whole.
//!
//! Where Linux lets a file be written before it has a name, a run that is killed leaves nothing,
//! whenever that is. Elsewhere the file has a name of its own beside its final place, and what a
//! killed run leaves of it the next one in that folder clears away.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, Permissions};
#[cfg(target_os = "linux")]
use std::io::Seek;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use tempfile::NamedTempFile;

/// What the names of unfinished files begin and end with.
const NAME: [&str; 2] = [".reemap-", ".part"];

/// For so long without a word written, an unfinished file is one that a killed run left behind.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// A file on its way.
pub(super) enum Beside {
    /// Without a name as yet.
    #[cfg(target_os = "linux")]
    Nameless(File),
    /// Under a name that is dropped with it.
    Named(NamedTempFile),
}

impl Beside {
    /// Begins a file in a folder, with the permissions of the one that it is to replace, else those
    /// that the user's mask leaves of reading and writing for all.
    pub(super) fn begin(folder: &Path, standing: Option<&Metadata>) -> io::Result<Self> {
        clear(folder);
        let permissions = standing.map(Metadata::permissions);
        #[cfg(target_os = "linux")]
        if let Some(file) = nameless::begin(folder) {
            permissions.map(|permissions| file.set_permissions(permissions)).transpose()?;
            return Ok(Beside::Nameless(file));
        }
        let mut builder = builder();
        if let Some(permissions) = permissions.or_else(public) {
            builder.permissions(permissions);
        }
        Ok(Beside::Named(builder.tempfile_in(folder)?))
    }

    /// Puts the file in its place, in the stead of whatever stood there.
    pub(super) fn settle(self, place: &Path) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Beside::Nameless(mut file) => match nameless::settle(&file, place) {
                // Some file systems have files without a name, but no second names.
                Err(_) => copy(&mut file, place),
                settled => settled,
            },
            Beside::Named(file) => Ok(file.persist(place).map(drop)?),
        }
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            #[cfg(target_os = "linux")]
            Beside::Nameless(file) => file.write(bytes),
            Beside::Named(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Puts a copy of a file in its place.
#[cfg(target_os = "linux")]
fn copy(file: &mut File, place: &Path) -> io::Result<()> {
    let mut named = builder().tempfile_in(folder_of(place))?;
    file.rewind()?;
    io::copy(file, &mut named)?;
    named.as_file().set_permissions(file.metadata()?.permissions())?;
    Ok(named.persist(place).map(drop)?)
}

/// The folder of a file.
pub(super) fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A scratch file under a name, for libraries that open files themselves.
///
/// # Errors
/// What the system refuses.
#[cfg(feature = "geopackage")]
pub(crate) fn scratch(folder: Option<&Path>) -> io::Result<NamedTempFile> {
    match folder {
        Some(folder) => builder().tempfile_in(folder),
        None => builder().tempfile(),
    }
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    let [prefix, suffix] = NAME;
    builder.prefix(prefix).suffix(suffix);
    builder
}

/// A temporary file alone would be private.
#[cfg(unix)]
fn public() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn public() -> Option<Permissions> {
    None
}

/// Clears away what killed runs left in a folder; what can't be, stays.
fn clear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let [prefix, suffix] = NAME.map(str::as_bytes);
    let ours = |name: &OsStr| {
        let name = name.as_encoded_bytes();
        name.starts_with(prefix) && name.ends_with(suffix)
    };
    for entry in entries.flatten().filter(|entry| ours(&entry.file_name())) {
        let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|at| at.elapsed());
        if let Ok(Ok(age)) = age
            && age > ABANDONED
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Files without a name.
#[cfg(target_os = "linux")]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags};

    /// Begins one; none where the file system has no such files, or what gives them a name is
    /// missing.
    pub(super) fn begin(folder: &Path) -> Option<File> {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::open(folder, flags, Mode::from_raw_mode(0o666)).ok()?);
        Path::new(&by_number(&file)).exists().then_some(file)
    }

    /// Gives it its name. A name that is taken can only be replaced by another name, which it then
    /// has for a moment.
    pub(super) fn settle(file: &File, place: &Path) -> io::Result<()> {
        match link(file, place) {
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                let folder = super::folder_of(place);
                let named = super::builder().make_in(folder, |name| link(file, name))?;
                Ok(named.persist(place).map(drop)?)
            }
            linked => linked,
        }
    }

    fn link(file: &File, name: &Path) -> io::Result<()> {
        Ok(rustix::fs::linkat(CWD, by_number(file), CWD, name, AtFlags::SYMLINK_FOLLOW)?)
    }

    fn by_number(file: &File) -> String {
        format!("/proc/self/fd/{}", file.as_raw_fd())
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_killed_runs_left_is_cleared_and_what_others_write_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let abandoned = SystemTime::now() - 2 * ABANDONED;
        for (name, modified) in [
            (".reemap-old.part", abandoned),
            (".reemap-new.part", SystemTime::now()),
            ("reemap-mine.part", abandoned),
        ] {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(modified).unwrap();
        }
        Beside::begin(folder.path(), None).unwrap().settle(&folder.path().join("a")).unwrap();
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".reemap-new.part", "a", "reemap-mine.part"]);
    }

    /// Both ways, as not every file system has files without a name.
    #[test]
    fn a_file_takes_the_place_of_another_and_its_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("sites.csv");
        let begun = || {
            let standing = fs::metadata(&place).ok();
            let named = Beside::Named(builder().tempfile_in(folder.path()).unwrap());
            [Beside::begin(folder.path(), standing.as_ref()).unwrap(), named]
        };
        #[cfg(target_os = "linux")]
        {
            let mut other = tempfile::tempfile().unwrap();
            other.write_all(b"copied").unwrap();
            copy(&mut other, &place).unwrap();
            assert_eq!(fs::read_to_string(&place).unwrap(), "copied");
        }
        for round in 0..2 {
            for (way, mut file) in begun().into_iter().enumerate() {
                let text = format!("{round} {way}");
                file.write_all(text.as_bytes()).unwrap();
                file.settle(&place).unwrap();
                assert_eq!(fs::read_to_string(&place).unwrap(), text);
            }
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&place, Permissions::from_mode(0o640)).unwrap();
            let [file, _] = begun();
            file.settle(&place).unwrap();
            assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o640);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
