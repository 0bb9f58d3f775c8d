using System.Globalization;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>One column of a read model's table: how it is named and typed, and where its value is in the row.</summary>
/// <param name="name">The column's name.</param>
/// <param name="type">Its PostgreSQL type: <c>uuid</c>, <c>timestamptz</c>, <c>age_layer</c>.</param>
/// <param name="isKey">Part of the primary key.</param>
public abstract class Column<TRow>(string name, string type, bool isKey)
{
    public string Name { get; } = name;

    public string Type { get; } = type;

    public bool IsKey { get; } = isKey;

    /// <summary>The type of the array parameter's elements; the value is cast to <see cref="Type"/> on the server.</summary>
    public abstract string ParameterType { get; }

    /// <summary>The values of many rows, as one array parameter.</summary>
    public abstract NpgsqlParameter Values(IReadOnlyList<TRow> rows);

    /// <summary>The value of one row, for people to read and to compare.</summary>
    public abstract string Text(TRow row);
}

public sealed class Column<TRow, TValue>(
    string name,
    string type,
    Func<TRow, TValue> value,
    bool isKey = false,
    string? parameterType = null)
    : Column<TRow>(name, type, isKey)
{
    public override string ParameterType { get; } = parameterType ?? type;

    public override string Text(TRow row) => Convert.ToString(value(row), CultureInfo.InvariantCulture) ?? "";

    public override NpgsqlParameter Values(IReadOnlyList<TRow> rows)
    {
        var values = new TValue[rows.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values, DataTypeName = ParameterType + "[]" };
    }
}
