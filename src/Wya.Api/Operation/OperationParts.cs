namespace Wya.Api.Operation;

internal static class OperationParts
{
    public static void AddOperation(this IServiceCollection services) => services.AddSingleton<Health>();
}
