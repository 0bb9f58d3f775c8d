using System.Text.Json;

namespace Wya.Domain.Rooms.Content;

/// <summary>The room's floor: columns and rows, on which no two modules stand in the same place.</summary>
internal sealed class RoomGrid
{
    private readonly Dictionary<(int X, int Y), string> taken = [];
    private readonly int columns, rows;

    private RoomGrid(int columns, int rows)
    {
        this.columns = columns;
        this.rows = rows;
    }

    /// <summary>Where the layout cannot be read, the largest one stands for it, so that modules are told of their own faults alone.</summary>
    public static RoomGrid Read(Field room)
    {
        int? columns = null, rows = null;
        if (room.Required("layout") is { } layout && layout.IsOf(JsonValueKind.Object, "an object"))
        {
            layout.Required("type")?.OneOf("grid");
            columns = layout.Required("columns")?.Whole(1, RoomLimits.ColumnsMax);
            rows = layout.Required("rows")?.Whole(1, RoomLimits.RowsMax);
        }

        return new RoomGrid(columns ?? RoomLimits.ColumnsMax, rows ?? RoomLimits.RowsMax);
    }

    public void Place(Field module, string called)
    {
        if (module.Required("position") is not { } position || !position.IsOf(JsonValueKind.Object, "an object"))
        {
            return;
        }

        int? x = position.Required("x")?.Whole(0, RoomLimits.ColumnsMax - 1), y = position.Required("y")?.Whole(0, RoomLimits.RowsMax - 1);
        int? width = 1, height = 1;
        if (module.Optional("size") is { } size && size.IsOf(JsonValueKind.Object, "an object"))
        {
            width = size.Required("width")?.Whole(1, RoomLimits.ColumnsMax);
            height = size.Required("height")?.Whole(1, RoomLimits.RowsMax);
        }

        if ((x, y, width, height) is ({ } left, { } top, { } across, { } down))
        {
            Take(position, called, (left, top), (across, down));
        }
    }

    private void Take(Field position, string called, (int X, int Y) corner, (int Width, int Height) size)
    {
        if (corner.X + size.Width > columns || corner.Y + size.Height > rows)
        {
            position.Refuse(ContentCodes.OutsideGrid, $"The module reaches beyond the layout of {columns} columns and {rows} rows.");
            return;
        }

        string? other = null;
        for (int x = corner.X; x < corner.X + size.Width; x++)
        {
            for (int y = corner.Y; y < corner.Y + size.Height; y++)
            {
                other ??= taken.GetValueOrDefault((x, y));
                taken.TryAdd((x, y), called);
            }
        }

        if (other is not null)
        {
            position.Refuse(ContentCodes.Overlaps, $"The module '{other}' stands in this place.");
        }
    }
}
