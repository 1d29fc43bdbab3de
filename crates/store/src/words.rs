//! What people read of files and folders.

use protocol::problems;

problems! {
    /// No run of that id.
    pub(crate) fn no_such_run(mode: &str, id: &str) = "no-such-run" {
        "There is no {mode} with the id {id:?} here."
        "Nothing was changed."
        "`coffer runs` lists the ceremonies begun on this workstation."
    }

    /// What was written reads back differently.
    pub(crate) fn written_differs(path: &str) = "written-differs" {
        "{path} reads back differently than it was written."
        "The transcript does not count it as written."
        "Use another medium or disk and try again."
    }

    /// A folder where a file belongs.
    pub(crate) fn folder_for_a_file(path: &str, why: &str) = "is-a-folder" again {
        "{path} {why}."
        "Nothing was read."
        "Choose the file itself, inside that folder."
    }

    /// Something that is no plain file.
    pub(crate) fn not_a_file(path: &str, why: &str) = "not-a-file" again {
        "{path} {why}."
        "Nothing was read."
        "Save what is meant as a plain file, and choose that."
    }

    /// A file that is too large.
    pub(crate) fn file_too_large(path: &str, why: &str) = "file-too-large" again {
        "{path} {why}."
        "Nothing was read."
        "Choose the right file."
    }

    /// What is there and is no folder.
    pub(crate) fn not_a_folder(path: &str, kind: &str) = "not-a-folder" again {
        "{path} is {kind}, and a folder belongs here."
        "Nothing was read or written."
        "Choose the folder that it lies in."
    }

    /// No space is left.
    pub(crate) fn disk_full(path: &str) = "disk-full" again {
        "{path} could not be read or written."
        "Nothing was half-written."
        "Free some space, then try again."
    }

    /// The folder cannot be written.
    pub(crate) fn folder_read_only(path: &str) = "folder-read-only" again {
        "{path} could not be read or written."
        "Nothing was half-written."
        "Choose a medium or a folder that can be written, then try again. Outside its own folder this program writes to media and to what is named with --media when it is started."
    }

    /// Something of that name is there.
    pub(crate) fn file_exists(path: &str) = "file-exists" again {
        "{path} could not be read or written."
        "Nothing was half-written."
        "Choose another place; nothing is ever overwritten."
    }

    /// Nothing of that name is there.
    pub(crate) fn not_found(path: &str) = "not-found" again {
        "{path} could not be read or written."
        "Nothing was half-written."
        "Check the path and that the medium is in, then try again."
    }

    /// The system says that it is a folder.
    pub(crate) fn is_a_folder(path: &str) = "is-a-folder" again {
        "{path} could not be read or written."
        "Nothing was half-written."
        "Choose the file itself, inside that folder."
    }

    /// The system says that a part of the path is no folder.
    pub(crate) fn path_through_a_file(path: &str) = "not-a-folder" again {
        "{path} could not be read or written."
        "Nothing was half-written."
        "A file stands where the path needs a folder. Check the path, then try again."
    }

    /// Anything else that the system says.
    pub(crate) fn disk_failed(path: &str) = "disk-failed" again {
        "{path} could not be read or written."
        "Nothing was half-written."
        "Check the disk or medium, then try again."
    }
}

/// What is unchanged, where something half-written is left.
pub(crate) fn left_behind(left: &str) -> String {
    format!("What was begun could not be removed: {left}. It is not whole.")
}

/// What to do first, then.
pub(crate) fn remove_first(todo: &str, left: &str) -> String {
    format!("{todo} Remove {left} first, where it is still there.")
}
