/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "nertc-server-janus-"
#define SOCKET_FOLDER "socket"
#define SOCKET "socket/janus"

/* sockaddr_un.sun_path, without its end */
#define SOCKET_PATH_MAX 107

/* Where systemd takes its dynamic users from */
#define FIRST_USER 61184
#define LAST_USER 65519

struct _SrvRunFolder {
  char *path;
  char *socket;
  int lock; /* on the folder, as long as this run lasts */
  gboolean has_user;
  uid_t user;
};

static gboolean
fail (GError **error, const char *what, const char *path)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               "Cannot %s ‘%s’: %s; let XDG_RUNTIME_DIR, or TMPDIR, name a folder that the server "
               "may write to",
               what, path, g_strerror (code));
  return FALSE;
}

/* A folder that its owner alone can enter is of no use to another user. */
static const char *
choose_parent (void)
{
  const char *of_service = g_getenv ("RUNTIME_DIRECTORY");
  const char *of_user = g_getenv ("XDG_RUNTIME_DIR");

  if (of_service && g_path_is_absolute (of_service))
    return of_service;
  if (geteuid () != 0 && of_user && g_access (of_user, W_OK | X_OK) == 0)
    return of_user;
  return g_get_tmp_dir ();
}

static void
remove_content (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  g_autofree char *sockets = g_build_filename (path, SOCKET_FOLDER, NULL);
  g_autofree char *socket = g_build_filename (path, SOCKET, NULL);
  const char *name;

  while (folder && (name = g_dir_read_name (folder))) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    if (g_str_has_suffix (name, ".jcfg"))
      g_unlink (file);
  }
  g_unlink (socket);
  g_rmdir (sockets);
}

/* Returns: a lock that lasts as long as the process, or -1: somebody has it, or it is not ours */
static int
lock (const char *path)
{
  int folder = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;

  if (folder >= 0 && fstat (folder, &info) == 0 && info.st_uid == geteuid () &&
      flock (folder, LOCK_EX | LOCK_NB) == 0)
    return folder;
  if (folder >= 0)
    close (folder);
  return -1;
}

/* What servers left that were killed */
static void
sweep (const char *parent)
{
  g_autoptr (GDir) folder = g_dir_open (parent, 0, NULL);
  const char *name;

  while (folder && (name = g_dir_read_name (folder))) {
    g_autofree char *path = g_build_filename (parent, name, NULL);
    int held = g_str_has_prefix (name, PREFIX) ? lock (path) : -1;

    if (held < 0)
      continue;
    remove_content (path);
    g_rmdir (path);
    close (held);
  }
}

static uid_t
choose_user (void)
{
  uid_t user = FIRST_USER;

  /* By chance, so that two servers rarely have the same. */
  for (guint i = 0; i < 100; i++) {
    user = (uid_t) g_random_int_range (FIRST_USER, LAST_USER + 1);
    if (!getpwuid (user))
      break;
  }
  return user;
}

/* In a user namespace root may have no other users: then it is not root outside of it, either. */
static gboolean
give_to_group (SrvRunFolder *self, GError **error)
{
  self->user = choose_user ();
  self->has_user = chown (self->path, (uid_t) -1, self->user) == 0;
  if (!self->has_user && errno != EINVAL)
    return fail (error, "change the group of", self->path);
  return TRUE;
}

static gboolean
make_path (SrvRunFolder *self, const char *parent, GError **error)
{
  g_autofree char *path = g_build_filename (parent, PREFIX "XXXXXX", NULL);

  if (!g_mkdtemp (path))
    return fail (error, "make a folder in", parent);
  self->path = g_steal_pointer (&path);
  self->socket = g_build_filename (self->path, SOCKET, NULL);
  if (strlen (self->socket) <= SOCKET_PATH_MAX)
    return TRUE;
  errno = ENAMETOOLONG;
  return fail (error, "make a socket of the name", self->socket);
}

SrvRunFolder *
srv_run_folder_new (GError **error)
{
  SrvRunFolder *self = g_new0 (SrvRunFolder, 1);
  const char *parent = choose_parent ();

  self->lock = -1;
  sweep (parent);
  if (make_path (self, parent, error) && (geteuid () != 0 || give_to_group (self, error)) &&
      srv_run_folder_prepare (self, error))
    return self;
  srv_run_folder_free (self);
  return NULL;
}

void
srv_run_folder_free (SrvRunFolder *self)
{
  if (self->path) {
    remove_content (self->path);
    g_rmdir (self->path);
  }
  if (self->lock >= 0)
    close (self->lock);
  g_free (self->path);
  g_free (self->socket);
  g_free (self);
}

const char *
srv_run_folder_get_path (SrvRunFolder *self)
{
  return self->path;
}

/* Returns: (transfer none): the path of a socket, which the program makes */
const char *
srv_run_folder_get_socket (SrvRunFolder *self)
{
  return self->socket;
}

/* Returns: whether the program is to have a user of its own, who has a group of the same number */
gboolean
srv_run_folder_get_user (SrvRunFolder *self, uid_t *user)
{
  *user = self->user;
  return self->has_user;
}

/* Whether there is a folder at @path that is ours: what is below /tmp for long may be cleared away,
 * and made by somebody else. */
static gboolean
ensure_folder (const char *path, mode_t mode, uid_t owner, uid_t group, GError **error)
{
  struct stat info;

  if (g_mkdir (path, 0700) != 0 && errno != EEXIST)
    return fail (error, "make the folder", path);
  if (g_lstat (path, &info) != 0)
    return fail (error, "look at the folder", path);
  if (!S_ISDIR (info.st_mode) || (info.st_uid != geteuid () && info.st_uid != owner)) {
    errno = EPERM;
    return fail (error, "use the folder", path);
  }
  if (lchown (path, owner, group) != 0 || g_chmod (path, mode) != 0)
    return fail (error, "change the owner of", path);
  return TRUE;
}

/*
 * srv_run_folder_prepare:
 *
 * Makes the folder anew if it is gone, and takes away the socket of the program that was there
 * before.
 */
gboolean
srv_run_folder_prepare (SrvRunFolder *self, GError **error)
{
  g_autofree char *sockets = g_build_filename (self->path, SOCKET_FOLDER, NULL);
  uid_t none = (uid_t) -1;
  uid_t user = self->has_user ? self->user : none;

  if (!ensure_folder (self->path, self->has_user ? 0710 : 0700, none, user, error) ||
      !ensure_folder (sockets, 0700, user, user, error))
    return FALSE;
  g_unlink (self->socket);
  if (self->lock >= 0)
    close (self->lock);
  self->lock = lock (self->path);
  return TRUE;
}

static gboolean
write_all (int file, const char *text, uid_t group, mode_t mode)
{
  gsize length = strlen (text);

  return fchown (file, (uid_t) -1, group) == 0 && fchmod (file, mode) == 0 &&
         write (file, text, length) == (gssize) length;
}

/* Writes the file @name, which must end in .jcfg, for the program to read. */
gboolean
srv_run_folder_write (SrvRunFolder *self, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);
  gboolean written;
  int file;

  g_unlink (path);
  file = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0)
    return fail (error, "write", path);
  written = write_all (file, text, self->has_user ? self->user : (uid_t) -1,
                       self->has_user ? 0640 : 0600);
  if (!written)
    fail (error, "write", path);
  close (file);
  return written;
}
