//! The modules running in this process. PKCS#11 lets a library be started once a process, however many parts use it:
//! the first user starts it, the last one finalises it, and a re-inserted token is then found by starting it again.

use std::ffi::CString;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki::context::Pkcs11;

use crate::TokenError;
use crate::raw::Raw;
use crate::words;

/// A started module.
pub(crate) struct Running {
    pub(crate) context: Pkcs11,
    pub(crate) raw: Raw,
}

struct Entry {
    path: PathBuf,
    settings: Option<String>,
    users: usize,
    /// Whether this crate started it; what somebody else started is theirs to finalise.
    ours: bool,
    running: Arc<Running>,
}

static MODULES: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

fn modules() -> MutexGuard<'static, Vec<Entry>> {
    // The list is changed in single steps, so it is whole even if a holder panicked.
    MODULES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One user's share in a running module.
pub(crate) struct Lease {
    path: PathBuf,
    running: Arc<Running>,
}

impl Lease {
    /// Joins the running module at `path`, or loads and starts it.
    pub(crate) fn of(path: &Path, settings: Option<&str>) -> Result<Self, TokenError> {
        let error = |e: &dyn std::fmt::Display| TokenError::ModuleLoad {
            path: path.display().to_string(),
            why: e.to_string(),
        };
        // A bare file name is looked up by the loader and stays as it is.
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        // The loader would wait for a pipe's other end.
        if let Some(kind) = outside::kind(path).ok().filter(|k| *k != outside::Kind::File) {
            return Err(error(&words::it_is(kind)));
        }
        let mut modules = modules();
        if let Some(entry) = modules.iter_mut().find(|e| e.path == real) {
            if entry.settings.as_deref() != settings {
                return Err(error(&words::OTHER_SETTINGS));
            }
            entry.users += 1;
            return Ok(Self { path: real, running: Arc::clone(&entry.running) });
        }
        let told = settings.map(CString::new).transpose().map_err(|e| error(&e))?;
        let context = Pkcs11::new(path).map_err(|e| error(&e))?;
        let raw = Raw::load(path)?;
        let ours = raw.initialise(told.as_deref()).map_err(|e| error(&e))?;
        let running = Arc::new(Running { context, raw });
        modules.push(Entry {
            path: real.clone(),
            settings: settings.map(str::to_owned),
            users: 1,
            ours,
            running: Arc::clone(&running),
        });
        Ok(Self { path: real, running })
    }
}

impl Clone for Lease {
    fn clone(&self) -> Self {
        if let Some(entry) = modules().iter_mut().find(|e| e.path == self.path) {
            entry.users += 1;
        }
        Self { path: self.path.clone(), running: Arc::clone(&self.running) }
    }
}

impl Deref for Lease {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut modules = modules();
        let Some(at) = modules.iter().position(|e| e.path == self.path) else { return };
        modules[at].users -= 1;
        if modules[at].users == 0 {
            let entry = modules.swap_remove(at);
            if entry.ours {
                // Under the lock, so that nobody starts it meanwhile. A module that fails here is no use to anyone.
                let _ = entry.running.raw.finalise();
            }
        }
    }
}
