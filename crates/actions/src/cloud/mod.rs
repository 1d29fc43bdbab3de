//! A cloud: its wrapping key is read and compared, the master key is wrapped for it, and what it answers is read.

pub(crate) mod agreement;
mod answers;
mod bundles;
pub(crate) mod by_line;
pub(crate) mod compare;
mod import;
pub(crate) mod medium;
pub(crate) mod open_bundle;
pub(crate) mod order;
pub(crate) mod proof;
pub(crate) mod read_receipt;
pub(crate) mod read_wrapping_key;
mod receipt;
pub(crate) mod route;
pub(crate) mod stand_in;
pub(crate) mod words;
pub(crate) mod wrap_again;
pub(crate) mod wrap_for_cloud;
mod wrapped;
pub(crate) mod write;

pub use agreement::provider;
pub use medium::bundle_in;
pub use order::{Order, Values, to_fetch};

pub(crate) use import::read_file;

use script::{Each, Material, Owed};

/// The action that reads a provider's wrapping key.
const READ_WRAPPING_KEY: &str = "read-wrapping-key";

/// A cloud's wrapping key that was read.
pub static PARAMETERS: Material =
    Material::recorded("parameters", words::called::PARAMETERS).telling(&[facts::WRAPPING_KEY_SHA256.name()]);
/// The wrapping key of the cloud that the parameter target names.
pub static CLOUD_PARAMETERS: Material =
    Material::recorded("cloud-parameters", words::called::CLOUD_PARAMETERS)
        .telling(&[facts::CLOUD_KEY.name()]);
/// A wrapping key or certificate that two people compared.
pub static COMPARED_KEY: Material =
    Material::recorded("compared-key", words::called::COMPARED_KEY).hanging_on(&[&PARAMETERS]);
/// A bundle for the cloud.
pub static BUNDLE: Material = Material::recorded("bundle", words::called::BUNDLE);
/// A bundle on a medium.
pub static HANDED_OVER: Material = Material::recorded("handed-over", words::called::HANDED_OVER);
/// The bundle of an earlier ceremony.
pub static EARLIER_BUNDLE: Material =
    Material::recorded("earlier-bundle", words::called::EARLIER_BUNDLE).telling(&[facts::RECEIPT_KEY.name()]);
/// A receipt that was read.
pub static RECEIPT: Material =
    Material::recorded("receipt", words::called::RECEIPT).hanging_on(&[&EARLIER_BUNDLE]);

/// The bundle has to be written to a medium and read back from it.
pub static BUNDLE_ON_MEDIUM: Owed =
    Owed { id: "bundle-on-medium", says: words::owed::BUNDLE_ON_MEDIUM, each: Each::Once };

/// What the cloud answered has to be read and held against the bundle.
pub static RECEIPT_READ: Owed =
    Owed { id: "receipt-read", says: words::owed::RECEIPT_READ, each: Each::Once };
