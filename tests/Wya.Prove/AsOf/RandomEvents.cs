using System.Reflection;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Prove.AsOf;

/// <summary>
/// Events of any type with any content, by the types of their records, about a few people and things: so they touch the same
/// rows over and over, in orders that no command would allow. What a read model makes of them is up to its fold.
/// </summary>
internal sealed class RandomEvents(Random random, DateTimeOffset time)
{
    private const int People = 6, Things = 8;

    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly (Type Event, string Stream)[] Streams =
    [
        (typeof(UserEvent), User.Stream.Name), (typeof(EdgeEvent), Edge.Stream.Name), (typeof(TrustEvent), TrustLedger.Stream.Name),
        (typeof(RoomEvent), Room.Stream.Name), (typeof(ConversationEvent), Conversation.Stream.Name), (typeof(CaseEvent), Case.Stream.Name),
        (typeof(SafetyAccessEvent), SafetyAccess.Stream.Name),
    ];

    private int names;

    /// <summary>One to append, to a stream of the kind that holds such events.</summary>
    public StreamAppend Next(EventType type)
    {
        string stream = Streams.Single(one => type.Record.IsAssignableTo(one.Event)).Stream;
        Guid id = stream == User.Stream.Name ? Person() : Id(1 + Array.FindIndex(Streams, one => one.Stream == stream), random.Next(Things));
        return new StreamAppend(id, stream, ExpectedVersion.Any, [Record(type.Record, id)]);
    }

    public Guid Person() => Id(0, random.Next(People));

    private static Guid Id(int kind, int number) => Guid.Parse($"0198c5a2-7b5e-7c3f-9d{kind:d2}-{number:d12}");

    private object Record(Type type, Guid subject)
    {
        ConstructorInfo constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
            IsNullable(parameter) && random.Next(2) == 0 ? null : Value(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType, subject))]);
    }

    private static bool IsNullable(ParameterInfo parameter)
    {
        lock (Nullability)
        {
            return Nullability.Create(parameter).WriteState == NullabilityState.Nullable;
        }
    }

    private object Value(Type type, Guid subject) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => type.GetEnumValues().GetValue(random.Next(type.GetEnumValues().Length))!,
        TypeCode.Boolean => random.Next(2) == 0,
        TypeCode.Int32 => random.Next(1, 6),
        TypeCode.Int64 => random.NextInt64(1, 6),
        TypeCode.Double => Math.Round(random.NextDouble(), 3),
        TypeCode.String => $"word{++names}",
        _ when type == typeof(Guid) => Id(9, random.Next(Things)),
        _ when type == typeof(UserId) => new UserId(Person()),
        _ when EventJson.IsTypedId(type) => Activator.CreateInstance(type, Id(9, random.Next(Things)))!,
        _ when type == typeof(DateTimeOffset) => time.AddHours(random.Next(-100, 1_000)),
        _ when type == typeof(DateOnly) => new DateOnly(1990, 1, 1).AddDays(random.Next(9_000)),
        _ when typeof(ISensitive).IsAssignableFrom(type) => Activator.CreateInstance(type, subject, Value(type.GetGenericArguments()[0], subject))!,
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => List(type.GetGenericArguments()[0], subject),
        _ => Record(type, subject),
    };

    private Array List(Type item, Guid subject)
    {
        object[] values = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value(item, subject)).Distinct()];
        var list = Array.CreateInstance(item, values.Length);
        values.CopyTo(list, 0);
        return list;
    }
}
