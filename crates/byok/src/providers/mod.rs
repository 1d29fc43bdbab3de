//! The providers, one file each, with what people read of each in a file `words.rs` of its own. Which there are is in
//! [`crate::PROVIDERS`].

pub(crate) mod alibaba;
pub mod aws;
pub(crate) mod azure;
pub(crate) mod google;
pub(crate) mod ibm;
pub(crate) mod oracle;
pub(crate) mod realms;
pub(crate) mod salesforce;
pub(crate) mod transit;

#[cfg(test)]
mod tests;
