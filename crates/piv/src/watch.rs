//! Noticing that something was plugged in or pulled out, without asking over and over.

use std::ffi::{CStr, CString};
use std::time::Duration;

use pcsc::{Context, ReaderState, Scope, State};

use crate::PivError;
use crate::reader::no_service;

/// Watches every reader. What is in them, [`crate::list`] says.
pub struct Watcher {
    context: Context,
    states: Vec<ReaderState>,
}

impl Watcher {
    /// Starts watching; what is plugged in now is where it starts from. Errors: [`PivError::NoService`].
    pub fn new() -> Result<Self, PivError> {
        let context = Context::establish(Scope::System).map_err(no_service)?;
        let mut watcher = Self { context, states: vec![] };
        watcher.take_stock()?;
        Ok(watcher)
    }

    /// Blocks until a card or reader comes or goes (true), or until the time is over (false).
    ///
    /// Errors: [`PivError::NoService`] once the service has gone.
    pub fn wait(&mut self, at_most: Duration) -> Result<bool, PivError> {
        match self.context.get_status_change(at_most, &mut self.states) {
            Ok(()) => {
                self.take_stock()?;
                Ok(true)
            }
            Err(pcsc::Error::Timeout) => Ok(false),
            Err(e) => Err(no_service(e)),
        }
    }

    /// Notes the readers and their state, so that only what follows counts as a change.
    fn take_stock(&mut self) -> Result<(), PivError> {
        let names: Vec<CString> = match self.context.list_readers_owned() {
            Ok(names) => names,
            Err(pcsc::Error::NoReadersAvailable) => vec![],
            Err(e) => return Err(no_service(e)),
        };
        let all = names.iter().map(CString::as_c_str).chain([pcsc::PNP_NOTIFICATION()]);
        self.states = all.map(|name: &CStr| ReaderState::new(name, State::UNAWARE)).collect();
        // With all states unknown this comes back at once.
        match self.context.get_status_change(Duration::ZERO, &mut self.states) {
            Ok(()) | Err(pcsc::Error::Timeout) => {}
            Err(e) => return Err(no_service(e)),
        }
        for state in &mut self.states {
            state.sync_current_state();
        }
        Ok(())
    }
}
