//! Mails as files: one `.eml` a mail, named by its id, so that a second sending replaces the first. Only the
//! account of the server may read them.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;
use tracing::info;

use super::compose::Sender;
use super::{MailSettingsError, Mailer, OutgoingMail};
use crate::platform::clock::new_id;
use crate::platform::jobs::consumer::DeliveryError;

/// Puts mails into a folder.
pub(super) struct FolderMailer {
    sender: Sender,
    folder: PathBuf,
}

impl FolderMailer {
    pub(super) fn open(sender: Sender, folder: &Path) -> Result<FolderMailer, MailSettingsError> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        Ok(FolderMailer { sender, folder: folder.to_owned() })
    }

    /// Writes beside the place and renames, so that nobody ever reads half a mail.
    async fn put(&self, mail: &OutgoingMail, bytes: &[u8]) -> std::io::Result<()> {
        let draft = self.folder.join(format!(".{}.{}", mail.id, new_id(mail.date)));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).await?;
        file.write_all(bytes).await?;
        file.flush().await?;
        tokio::fs::rename(&draft, self.folder.join(format!("{}.eml", mail.id))).await
    }
}

impl Mailer for FolderMailer {
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> BoxFuture<'a, Result<(), DeliveryError>> {
        Box::pin(async move {
            let bytes = self.sender.compose(mail)?.formatted();
            self.put(mail, &bytes).await.map_err(|_| DeliveryError::outage("mail_folder"))?;
            info!(message.id = %mail.id, "Put mail {} into the folder", mail.id);
            Ok(())
        })
    }
}
