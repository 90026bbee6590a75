/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "call-columns.h"

#define SPACING 24
#define COLUMN_NATURAL 400
#define WIDE_MIN 700 /* from here on there are two */

struct _CallColumns {
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (CallColumns, call_columns, GTK_TYPE_WIDGET)

static guint
count_columns (int width)
{
  return width >= WIDE_MIN ? 2 : 1;
}

static int
get_column_width (int width)
{
  return count_columns (width) == 1 ? width : (width - SPACING) / 2;
}

static int
measure_width (GtkWidget *widget)
{
  int width = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    int minimum;

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
    width = MAX (width, minimum);
  }
  return width;
}

typedef void (*Place) (GtkWidget *child, int x, int y, int width, int height);

/* Returns: the height of the longer column */
static int
place_children (GtkWidget *widget, int width, Place place)
{
  int heights[2] = { 0, 0 };
  int column_width = get_column_width (width);
  guint columns = count_columns (width);
  guint column = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    int y = heights[column] ? heights[column] + SPACING : 0;
    int height;

    if (!gtk_widget_should_layout (child))
      continue;
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, column_width, NULL, &height, NULL, NULL);
    if (place)
      place (child, (int) column * (column_width + SPACING), y, column_width, height);
    heights[column] = y + height;
    column = (column + 1) % columns;
  }
  return MAX (heights[0], heights[1]);
}

static void
allocate_child (GtkWidget *child, int x, int y, int width, int height)
{
  GtkAllocation allocation = { x, y, width, height };

  gtk_widget_size_allocate (child, &allocation, -1);
}

static GtkSizeRequestMode
call_columns_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
call_columns_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  int width = 2 * COLUMN_NATURAL + SPACING;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = measure_width (widget);
    *natural = MAX (*minimum, width);
  } else {
    *minimum = *natural = place_children (widget, for_size > 0 ? for_size : width, NULL);
  }
}

static void
call_columns_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  place_children (widget, width, allocate_child);
}

static void
call_columns_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (call_columns_parent_class)->dispose (object);
}

static void
call_columns_class_init (CallColumnsClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = call_columns_dispose;
  widget_class->get_request_mode = call_columns_get_request_mode;
  widget_class->measure = call_columns_measure;
  widget_class->size_allocate = call_columns_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
call_columns_init (CallColumns *self)
{
}
