//! The rehearsal token: a software module beside the program, for practice without hardware.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use secrets::SecretText;

use crate::words;
use crate::{Module, Pkcs11Token, TokenError, TokenInfo, TokenUri};

/// The label given on first use.
const LABEL: &str = "cofferdam-rehearsal";
/// The module's file name.
const FILE: &str = "libcofferdam_rehearsal_token.so";

/// Says that the token in the store was made to the end.
const READY: &str = "ready";

/// The store in use: the module reads its settings once a process.
static STORE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Finds the module: `COFFERDAM_REHEARSAL_TOKEN` if set, else beside the program or in the two folders above it.
pub fn module_path() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("COFFERDAM_REHEARSAL_TOKEN") {
        return Some(PathBuf::from(named));
    }
    let exe = std::env::current_exe().ok()?;
    exe.ancestors().skip(1).take(3).map(|folder| folder.join(FILE)).find(|file| file.is_file())
}

/// Opens the rehearsal token kept in the folder `store`, made on first use with `pin`. Not signed in yet.
///
/// One store a process. Must be called before other threads read the environment: it sets `KRYOPTIC_CONF`.
pub fn open(store: &Path, pin: &SecretText) -> Result<Pkcs11Token, TokenError> {
    let host = |e: std::io::Error| TokenError::Host(words::store_unusable(store.display(), e));
    let path = module_path()
        .ok_or_else(|| TokenError::ModuleLoad { path: FILE.to_owned(), why: words::NOT_BESIDE.to_owned() })?;
    std::fs::create_dir_all(store).map_err(host)?;
    let store = store.canonicalize().map_err(host)?;
    let mut in_use = STORE.lock().map_err(|_| TokenError::Host(words::FAILED_BEFORE.into()))?;
    match in_use.as_ref() {
        Some(other) if *other != store => {
            return Err(TokenError::Host(words::other_store_open(other.display())));
        }
        Some(_) => {}
        None => {
            let conf = store.join("kryoptic.conf");
            // Debug formatting of a str is a valid TOML basic string for paths without control characters.
            let db = store.join("token.sql");
            set_aside_unfinished(&store, &db).map_err(host)?;
            let points = "[ec_point_encoding]\nencoding = \"Der\"\n";
            let slot = "[[slots]]\nslot = 1\ndbtype = \"sqlite\"";
            let text = [points, slot, &format!("dbargs = {:?}\n", db.to_string_lossy())].join("\n");
            std::fs::write(&conf, text).map_err(host)?;
            // SAFETY: documented above: called before other threads read the environment.
            unsafe { std::env::set_var("KRYOPTIC_CONF", &conf) };
            *in_use = Some(store.clone());
        }
    }
    let module = Module::load(&path)?;
    if let Some(blank) = module.tokens()?.into_iter().find(|t| !t.initialised) {
        module.initialise(blank.slot, LABEL, pin, pin)?;
    }
    if !store.join(READY).exists() {
        std::fs::File::create(store.join(READY)).and_then(|f| f.sync_all()).map_err(host)?;
    }
    module.open(&TokenUri { module_path: Some(path), token: Some(LABEL.to_owned()), ..TokenUri::default() })
}

/// A store whose making was cut off holds no key yet, and its module will not start on it: it is set aside.
fn set_aside_unfinished(store: &Path, db: &Path) -> std::io::Result<()> {
    if store.join(READY).exists() || !db.exists() {
        return Ok(());
    }
    let free = (1..=u16::MAX).map(|n| store.join(format!("token.sql.unfinished-{n}"))).find(|p| !p.exists());
    free.map_or(Ok(()), |aside| std::fs::rename(db, aside))
}

/// Whether this is a rehearsal token, whatever its label.
pub fn is_rehearsal(info: &TokenInfo) -> bool {
    info.label == LABEL
        || [&info.manufacturer, &info.model].iter().any(|s| s.to_lowercase().contains("kryoptic"))
}
