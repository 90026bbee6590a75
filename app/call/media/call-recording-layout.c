/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-recording-layout.h"

/* What the column has of the width */
#define COLUMN 5

static guint
round_up (guint a, guint b)
{
  return (a + b - 1) / b;
}

static guint
even (guint value)
{
  return value & ~1u;
}

/* The last row is in the middle. */
static CallRecordingPlace
grid (CallRecordingPlace area, guint n, guint columns, guint index)
{
  guint rows = round_up (n, columns);
  guint row = index / columns;
  guint in_row = MIN (columns, n - row * columns);
  CallRecordingPlace place = { .width = even (area.width / columns),
                               .height = even (area.height / rows) };

  place.x = area.x + even ((area.width - in_row * place.width) / 2) + index % columns * place.width;
  place.y = area.y + even ((area.height - rows * place.height) / 2) + row * place.height;
  return place;
}

static guint
count_columns (guint n)
{
  guint columns = 1;

  while (columns * columns < n)
    columns++;
  return columns;
}

CallRecordingPlace
call_recording_layout (guint width, guint height, guint n_screens, guint n_others,
                       gboolean is_screen, guint index)
{
  CallRecordingPlace area = { 0, 0, width, height };
  guint column = even (width / COLUMN);
  guint n = is_screen ? n_screens : n_others;

  if (n_screens == 0 || n_others == 0)
    return grid (area, n, count_columns (n), index);
  if (is_screen) {
    area.width = width - column;
    return grid (area, n, count_columns (n), index);
  }
  area.x = width - column;
  area.width = column;
  return grid (area, n, 1, index);
}
