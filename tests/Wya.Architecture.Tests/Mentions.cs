using Mono.Cecil;

namespace Wya.Architecture.Tests;

/// <summary>
/// Everything that a type mentions once it is compiled: types and members, in signatures, bodies, attributes and generic
/// arguments. Constants are the one thing that leaves no trace: the compiler copies their value.
/// </summary>
internal static class Mentions
{
    public static IEnumerable<TypeDefinition> AllTypes(AssemblyDefinition assembly) =>
        assembly.MainModule.Types.SelectMany(WithNested);

    /// <summary>The type names, with every generic argument and element type opened up.</summary>
    public static IEnumerable<TypeReference> Types(TypeDefinition type) =>
        Direct(type).Concat(Members(type).SelectMany(OfMember)).SelectMany(Open);

    /// <summary>The methods that the type's code calls or points to.</summary>
    public static IEnumerable<MethodReference> Methods(TypeDefinition type) => Members(type).OfType<MethodReference>();

    /// <summary>The namespace of the outermost type: closures and state machines belong to where they were written.</summary>
    public static string Namespace(TypeReference type) => type.DeclaringType is null ? type.Namespace : Namespace(type.DeclaringType);

    private static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static IEnumerable<TypeReference?> Direct(TypeDefinition type)
    {
        yield return type.BaseType;
        foreach (TypeReference? mentioned in type.Interfaces.Select(implemented => implemented.InterfaceType)
            .Concat(Constraints(type))
            .Concat(Attributes(type))
            .Concat(type.Fields.SelectMany(field => Attributes(field).Append(field.FieldType)))
            .Concat(type.Properties.SelectMany(property => Attributes(property).Append(property.PropertyType)))
            .Concat(type.Events.SelectMany(raised => Attributes(raised).Append(raised.EventType)))
            .Concat(type.Methods.SelectMany(Signature))
            .Concat(type.Methods.Where(method => method.HasBody).SelectMany(Body)))
        {
            yield return mentioned;
        }
    }

    private static IEnumerable<TypeReference> Signature(MethodDefinition method) =>
        Attributes(method)
            .Concat(Constraints(method))
            .Append(method.ReturnType)
            .Concat(method.Parameters.SelectMany(parameter => Attributes(parameter).Append(parameter.ParameterType)));

    private static IEnumerable<TypeReference?> Body(MethodDefinition method) =>
        method.Body.Variables.Select(variable => (TypeReference?)variable.VariableType)
            .Concat(method.Body.ExceptionHandlers.Select(handler => (TypeReference?)handler.CatchType))
            .Concat(method.Body.Instructions.Select(instruction => instruction.Operand).OfType<TypeReference>());

    private static IEnumerable<MemberReference> Members(TypeDefinition type) =>
        type.Methods.Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions)
            .Select(instruction => instruction.Operand)
            .OfType<MemberReference>()
            .Where(member => member is MethodReference or FieldReference);

    private static IEnumerable<TypeReference?> OfMember(MemberReference member)
    {
        yield return member.DeclaringType;
        if (member is FieldReference field)
        {
            yield return field.FieldType;
        }

        if (member is MethodReference method)
        {
            yield return method.ReturnType;
            foreach (TypeReference argument in method.Parameters.Select(parameter => parameter.ParameterType)
                .Concat(method is GenericInstanceMethod generic ? generic.GenericArguments : []))
            {
                yield return argument;
            }
        }
    }

    private static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute =>
            attribute.ConstructorArguments.Concat(attribute.Properties.Select(property => property.Argument))
                .Select(argument => argument.Value).OfType<TypeReference>()
                .Append(attribute.AttributeType));

    private static IEnumerable<TypeReference> Constraints(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference> Open(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Open).Append(generic.ElementType),
        TypeSpecification specification => Open(specification.ElementType),
        _ => [type],
    };
}
