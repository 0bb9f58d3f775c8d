using System.Diagnostics;
using System.Reflection;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// What may be told about a failure: its kind and the place in the code or in the schema. Never its message, which may
/// quote data.
/// </summary>
internal static class FailurePlace
{
    private const int LengthMax = 300;

    public static string Of(Exception failure)
    {
        string text = failure is PostgresException postgres
            ? $"{postgres.SqlState} {postgres.ConstraintName ?? postgres.ColumnName ?? postgres.TableName ?? postgres.Routine}".TrimEnd()
            : failure is UnreadableEventException unreadable
                ? $"{failure.GetType().Name} {unreadable.StoredName}"
                : failure.GetType().Name + Place(failure);
        return text.Length <= LengthMax ? text : text[..LengthMax];
    }

    private static string Place(Exception failure)
    {
        foreach (StackFrame frame in new StackTrace(failure, fNeedFileInfo: true).GetFrames())
        {
            MethodBase? method = frame.GetMethod();
            if (method?.DeclaringType is { } type && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true)
            {
                string line = frame.GetFileName() is { } file ? $" ({Path.GetFileName(file)}:{frame.GetFileLineNumber()})" : "";
                return $" at {type.Name}.{method.Name}{line}";
            }
        }

        return "";
    }
}
