//! What people choose files and folders from: the media that are in, and the packs of this workstation. Nothing else of the disk
//! is listed.

use super::ledger::day;
use super::words::places as words;
use crate::desk::Desk;
use engine::media::{is_on, minute};
use protocol::{Mode, PlaceView, PlacesView, Problem};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// So many entries of a folder are listed.
const MOST: usize = 500;
/// So many are looked at: a hostile stick may hold millions.
const LOOKED_AT: usize = 20_000;

/// The places to choose from, or what is in one of them.
pub(crate) fn of(desk: &Desk, folder: Option<&str>) -> Result<PlacesView, Problem> {
    match folder {
        None => Ok(all(desk)),
        Some(folder) => within(desk, &outside::meant(folder)),
    }
}

/// The media, and the packs that ceremonies left here, newest first.
fn all(desk: &Desk) -> PlacesView {
    let media = desk.media().roots().into_iter().map(|root| PlaceView {
        name: root.display().to_string(),
        path: root.display().to_string(),
        folder: true,
        note: words::MEDIUM.to_owned(),
    });
    let mut packs: Vec<_> = [Mode::Production, Mode::Rehearsal]
        .into_iter()
        .flat_map(|mode| desk.runs(mode))
        .filter_map(|run| Some((run.begun.clone(), run.pack.clone()?, run)))
        .collect();
    packs.sort_by(|a, b| b.0.cmp(&a.0));
    let packs = packs.into_iter().map(|(begun, pack, run)| PlaceView {
        path: pack,
        name: run.title,
        folder: false,
        note: words::made_here(run.mode, &day(&begun)),
    });
    let all: Vec<PlaceView> = media.chain(packs).collect();
    PlacesView {
        folder: None,
        above: None,
        left_out: left_out(all.len()),
        entries: all.into_iter().take(MOST).collect(),
    }
}

/// A folder of a medium, links followed: one that leads elsewhere is not listed.
fn within(desk: &Desk, folder: &Path) -> Result<PlacesView, Problem> {
    let roots = desk.media().roots();
    if !is_on(&roots, folder) {
        return Err(words::not_on_a_medium(&folder.display()));
    }
    let listed = std::fs::read_dir(folder).map_err(|e| store::disk(folder, &e))?;
    let mut entries: Vec<PlaceView> =
        listed.flatten().take(LOOKED_AT).filter_map(|entry| place(&entry.path())).collect();
    entries.sort_by(|a, b| b.folder.cmp(&a.folder).then_with(|| a.name.cmp(&b.name)));
    let above = folder.parent().filter(|above| is_on(&roots, above)).map(|above| above.display().to_string());
    let left_out = left_out(entries.len());
    entries.truncate(MOST);
    Ok(PlacesView { folder: Some(folder.display().to_string()), above, entries, left_out })
}

fn left_out(all: usize) -> u32 {
    u32::try_from(all.saturating_sub(MOST)).unwrap_or(u32::MAX)
}

/// A folder or a plain file that is not hidden; nothing else can be chosen.
fn place(path: &Path) -> Option<PlaceView> {
    let name = path.file_name()?.to_str().filter(|name| !name.starts_with('.'))?.to_owned();
    let meta = path.symlink_metadata().ok().filter(|meta| meta.is_dir() || meta.is_file())?;
    let changed = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let changed = minute(i64::try_from(changed).ok()?);
    let note = if meta.is_dir() { changed } else { words::size_and_day(meta.len(), &changed) };
    Some(PlaceView { path: path.to_str()?.to_owned(), name, folder: meta.is_dir(), note })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn only_media_are_listed_and_no_link_leads_off_them() {
        let dir = tempfile::tempdir().unwrap();
        let stick = dir.path().join("stick");
        std::fs::create_dir_all(stick.join("inside")).unwrap();
        std::fs::write(stick.join("reply.json"), "{}").unwrap();
        std::fs::write(stick.join(".hidden"), "").unwrap();
        std::fs::create_dir(dir.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("elsewhere"), stick.join("way-out")).unwrap();
        let desk = Desk::at(Some(dir.path().join("state")), vec![stick.clone()], None).unwrap();
        let places = of(&desk, None).unwrap();
        assert_eq!(places.entries.iter().map(|one| &one.path).collect::<Vec<_>>(), [stick.to_str().unwrap()]);
        let inside = of(&desk, stick.to_str()).unwrap();
        let names: Vec<&str> = inside.entries.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["inside", "reply.json"], "no hidden file and no link");
        assert_eq!(inside.above, None);
        assert_eq!(of(&desk, stick.join("inside").to_str()).unwrap().above.as_deref(), stick.to_str());
        for off in
            [dir.path().to_path_buf(), stick.join("way-out"), stick.join("../elsewhere"), "/etc".into()]
        {
            assert_eq!(of(&desk, off.to_str()).unwrap_err().code, "not-on-a-medium", "{}", off.display());
        }
    }
}
