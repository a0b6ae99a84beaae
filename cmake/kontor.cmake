# The shape of the house, as functions: a room is a folder of .c files and a library; a context is its rooms and a program.

# The options of the OpenSSF's compiler hardening guide, those that the compiler knows, and paths that do not depend on the folder, so
# that the same source gives the same bytes. Shadow stacks (-z shstk) are left out: a coroutine switches stacks by `ret`, and a kernel
# that enforced the mark would end the process.
function(kontor_harden)
  include(CheckCCompilerFlag)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES C CXX)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON PARENT_SCOPE)
  foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero
          -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing -Wtrampolines -Wbidi-chars=any)
    string(MAKE_C_IDENTIFIER "KONTOR_KNOWS${flag}" known)
    check_c_compiler_flag("-Werror ${flag}" ${known})
    if(${known})
      add_compile_options(${flag})
    endif()
  endforeach()
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU") # for clang glibc makes macros of what banned.h poisons
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  endif()
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
  add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    add_link_options(-Wl,-z,ibt) # Debian's start files carry no mark, so the linker would drop ours
  endif()
endfunction()

# kontor_room(name folder libraries…): an empty folder gives an interface library, so a room may be built before it is furnished.
function(kontor_room name folder)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c ${CMAKE_SOURCE_DIR}/${folder}/*.cc
       ${CMAKE_SOURCE_DIR}/${folder}/filters/*.c)
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${ARGN})
    add_dependencies(${name} kontor_proto)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARGN})
  endif()
endfunction()

# What business code may not call does not compile there.
function(kontor_ban name)
  get_target_property(type ${name} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    target_compile_options(${name} PRIVATE -include ${CMAKE_SOURCE_DIR}/runtime/base/banned.h)
    target_link_libraries(${name} PRIVATE PkgConfig::PROTOBUF_C)
  endif()
endfunction()

# Every .proto under proto/ (and the well-known types they import) becomes C, and all of them one embedded descriptor set;
# the routes that the protos give their rpcs become the gateway's table and the catalogue of permissions, and each service's requests
# and adapters are made (cmake/handlers.py), and what each kind of order has on the wire (cmake/orders.py).
function(kontor_protos)
  file(GLOB_RECURSE protos CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/proto ${CMAKE_SOURCE_DIR}/proto/*.proto)
  set(well_known google/protobuf/timestamp.proto google/protobuf/duration.proto google/protobuf/any.proto google/protobuf/descriptor.proto)
  set(out ${CMAKE_BINARY_DIR}/generated/proto)
  file(MAKE_DIRECTORY ${out})
  find_program(PROTOC protoc REQUIRED)
  find_program(PROTOC_C protoc-c REQUIRED)
  set(generated)
  foreach(proto ${protos} ${well_known})
    string(REGEX REPLACE "\\.proto$" ".pb-c" stem ${proto})
    set(file ${CMAKE_SOURCE_DIR}/proto/${proto})
    if(NOT EXISTS ${file})
      set(file /usr/include/${proto})
    endif()
    add_custom_command(OUTPUT ${out}/${stem}.c ${out}/${stem}.h
      COMMAND ${PROTOC_C} --proto_path=${CMAKE_SOURCE_DIR}/proto --proto_path=/usr/include --c_out=${out} ${proto}
      DEPENDS ${file} COMMENT "protoc-c ${proto}" VERBATIM)
    list(APPEND generated ${out}/${stem}.c)
  endforeach()
  list(TRANSFORM protos PREPEND ${CMAKE_SOURCE_DIR}/proto/ OUTPUT_VARIABLE proto_files)
  set(routes ${CMAKE_BINARY_DIR}/generated/gateway/domain/routes.h ${CMAKE_BINARY_DIR}/generated/permissions.md
    ${CMAKE_BINARY_DIR}/generated/gateway/service/mounts.h)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/gateway/domain ${CMAKE_BINARY_DIR}/generated/gateway/service)
  set(handlers ${protos})
  list(FILTER handlers INCLUDE REGEX "^(identity|payments|ledger|sharing|gateway)/v1/")
  list(TRANSFORM handlers REPLACE "/v1/(.*)\\.proto$" "/service/\\1")
  list(TRANSFORM handlers PREPEND ${CMAKE_BINARY_DIR}/generated/)
  set(orders ${CMAKE_BINARY_DIR}/generated/ledger/batch/order_messages.h ${CMAKE_BINARY_DIR}/generated/ledger/service/order_readers.h)
  set(requests ${handlers})
  list(TRANSFORM requests APPEND _request.h)
  list(TRANSFORM handlers APPEND _rpc.h)
  add_custom_command(OUTPUT ${out}/kontor.fds ${out}/descriptor_set.c ${out}/reflected_set.c ${routes} ${requests} ${handlers} ${orders}
    COMMAND ${PROTOC} --proto_path=${CMAKE_SOURCE_DIR}/proto --proto_path=/usr/include --include_imports --include_source_info --descriptor_set_out=${out}/kontor.fds ${protos}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/embed_bytes.py ${out}/kontor.fds proto_descriptor_set ${out}/descriptor_set.c
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/routes.py ${out}/kontor.fds ${routes}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/handlers.py ${out}/kontor.fds ${CMAKE_BINARY_DIR}/generated
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/orders.py ${out}/kontor.fds ${CMAKE_BINARY_DIR}/generated
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/strip_rules.py ${out}/kontor.fds ${out}/reflected.fds
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/embed_bytes.py ${out}/reflected.fds proto_reflected_set ${out}/reflected_set.c
    DEPENDS ${proto_files} ${CMAKE_SOURCE_DIR}/cmake/embed_bytes.py ${CMAKE_SOURCE_DIR}/cmake/routes.py
      ${CMAKE_SOURCE_DIR}/cmake/handlers.py ${CMAKE_SOURCE_DIR}/cmake/orders.py ${CMAKE_SOURCE_DIR}/cmake/strip_rules.py COMMENT "descriptor set" VERBATIM)
  add_library(kontor_proto STATIC ${generated} ${out}/descriptor_set.c ${out}/reflected_set.c)
  target_compile_options(kontor_proto PRIVATE -w)
  target_include_directories(kontor_proto SYSTEM PUBLIC ${out})
  target_link_libraries(kontor_proto PUBLIC PkgConfig::PROTOBUF_C)
endfunction()

# kontor_queries(prefix folder): folder/queries/*.sql and folder/migrations/*.sql become <prefix>/store/queries.h (each query's parameters
# and calls, and struct migration <prefix>_migrations[]) and query_rows.h (what comes out); for the runtime in runtime/database.
function(kontor_queries prefix folder)
  file(GLOB sql CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/queries/*.sql ${CMAKE_SOURCE_DIR}/${folder}/queries/parts/*.sql
    ${CMAKE_SOURCE_DIR}/${folder}/migrations/*.sql)
  set(out ${CMAKE_BINARY_DIR}/generated/${folder})
  add_custom_command(OUTPUT ${out}/queries.h ${out}/queries.c ${out}/query_rows.h
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/embed_sql.py ${prefix} ${CMAKE_SOURCE_DIR}/${folder} ${out}
    DEPENDS ${sql} ${CMAKE_SOURCE_DIR}/cmake/embed_sql.py ${CMAKE_SOURCE_DIR}/cmake/query_file.py COMMENT "sql ${folder}" VERBATIM)
  if(prefix STREQUAL "runtime")
    set(library runtime_database)
  else()
    set(library ${prefix}_store)
  endif()
  add_library(${library}_queries STATIC ${out}/queries.c ${out}/queries.h ${out}/query_rows.h)
  get_target_property(type ${library} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    add_dependencies(${library} ${library}_queries)
    target_link_libraries(${library} PUBLIC ${library}_queries)
  else()
    target_link_libraries(${library} INTERFACE ${library}_queries)
  endif()
endfunction()

function(kontor_context context)
  kontor_room(${context}_domain  ${context}/domain  runtime_base)
  kontor_room(${context}_store   ${context}/store   ${context}_domain runtime_database)
  kontor_queries(${context} ${context}/store)
  kontor_room(${context}_peers   ${context}/peers   ${context}_domain runtime_rpc runtime_http PkgConfig::JANSSON)
  kontor_room(${context}_parts   ${context}         ${context}_store ${context}_peers runtime_idempotency runtime_process PkgConfig::SODIUM PkgConfig::UTF8PROC)
  kontor_room(${context}_batch   ${context}/batch   ${context}_parts)
  kontor_room(${context}_jobs    ${context}/jobs    ${context}_batch)
  kontor_room(${context}_service ${context}/service ${context}_jobs)
  foreach(room domain store parts batch jobs service)
    kontor_ban(${context}_${room})
  endforeach()
  if(EXISTS ${CMAKE_SOURCE_DIR}/${context}/main.c)
    add_executable(kontor-${context} ${CMAKE_SOURCE_DIR}/${context}/main.c)
    target_link_libraries(kontor-${context} PRIVATE ${context}_service)
  endif()
endfunction()

# The client's commands are made from the protos and from what cli/commands.txt says beside them.
function(kontor_client name folder)
  if(EXISTS ${CMAKE_SOURCE_DIR}/${folder}/main.c)
    set(fds ${CMAKE_BINARY_DIR}/generated/proto/kontor.fds)
    set(commands ${CMAKE_BINARY_DIR}/generated/${folder}/commands.c)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/${folder})
    add_custom_command(OUTPUT ${commands}
      COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/commands.py ${fds} ${CMAKE_SOURCE_DIR}/${folder}/commands.txt ${commands}
      DEPENDS ${fds} ${CMAKE_SOURCE_DIR}/${folder}/commands.txt ${CMAKE_SOURCE_DIR}/cmake/commands.py ${CMAKE_SOURCE_DIR}/cmake/handlers.py
        ${CMAKE_SOURCE_DIR}/cmake/routes.py COMMENT "commands" VERBATIM)
    kontor_room(cli_rooms ${folder} runtime_process PkgConfig::JANSSON ${JQ_LIBRARY})
    add_executable(${name} ${CMAKE_SOURCE_DIR}/${folder}/main.c ${commands})
    add_dependencies(${name} kontor_proto)
    target_link_libraries(${name} PRIVATE cli_rooms)
    kontor_room(cli_library ${folder}/library runtime_rpc)
  endif()
endfunction()

# The bench: what measures knows nothing of who is measured.
function(kontor_bench name folder)
  if(EXISTS ${CMAKE_SOURCE_DIR}/${folder}/main.c)
    kontor_room(bench_measure   ${folder}/measure   runtime_base m)
    kontor_room(bench_contender ${folder}/contender bench_measure cli_library kontor_proto PostgreSQL::PostgreSQL grpc gpr absl_synchronization)
    add_executable(${name} ${CMAKE_SOURCE_DIR}/${folder}/main.c)
    target_link_libraries(${name} PRIVATE bench_contender)
  endif()
endfunction()

# The load generator that goes through the public door; it measures with bench/measure.
function(kontor_load name folder)
  kontor_room(load_rules ${folder}/rules bench_measure runtime_base m)
  kontor_room(load_parts  ${folder}        load_rules runtime_process runtime_factor PkgConfig::JANSSON)
  add_executable(${name} ${CMAKE_SOURCE_DIR}/${folder}/main.c)
  target_link_libraries(${name} PRIVATE load_parts)
endfunction()

# tests/<context>/<room>/<name>_test.c is one program and one test "<context>.<room>.<name>", linked to that room and what is below
# it; tests/<folder>/*.py and *.sh with the executable bit are tests "<folder>.<name>", run from the source folder.
function(kontor_tests)
  file(GLOB support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/support/*.c)
  if(support)
    add_library(test_support STATIC ${support})
    target_link_libraries(test_support PUBLIC runtime_process runtime_idempotency PkgConfig::CMOCKA PkgConfig::JANSSON)
  else()
    add_library(test_support INTERFACE)
    target_link_libraries(test_support INTERFACE PkgConfig::CMOCKA)
  endif()
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*/*/*_test.c)
  foreach(file ${tests})
    string(REGEX MATCH "tests/([a-z_]+)/([a-z_]+)/([a-z0-9_]+)_test\\.c$" _ ${file})
    set(context ${CMAKE_MATCH_1})
    set(room ${CMAKE_MATCH_2})
    set(name ${CMAKE_MATCH_3})
    set(target test_${context}_${room}_${name})
    add_executable(${target} ${file})
    if(context STREQUAL "runtime")
      target_link_libraries(${target} PRIVATE test_support runtime_${room})
    elseif(room STREQUAL "domain")
      target_link_libraries(${target} PRIVATE ${context}_domain PkgConfig::CMOCKA)
    else()
      target_link_libraries(${target} PRIVATE test_support ${context}_${room})
    endif()
    add_test(NAME ${context}.${room}.${name} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${context}.${room}.${name} PROPERTIES LABELS "${context};${room}" TIMEOUT 300)
    set_tests_properties(${context}.${room}.${name} PROPERTIES ENVIRONMENT "KONTOR_BUILD=${CMAKE_BINARY_DIR}")
    if(context STREQUAL "runtime" AND room MATCHES "^(rpc|events|process)$") # the second way of runtime/rpc/completion.h
      add_test(NAME ${context}.${room}.${name}.two_threads COMMAND ${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
      set_tests_properties(${context}.${room}.${name}.two_threads PROPERTIES LABELS "${context};${room}" TIMEOUT 300
                           ENVIRONMENT "KONTOR_BUILD=${CMAKE_BINARY_DIR};GRPC_POLL_STRATEGY=epoll1")
    endif()
    if("${room}.${name}" STREQUAL "rpc.completion") # a gRPC that never calls the epoll_wait that it should
      add_test(NAME ${context}.${room}.${name}.without_epoll COMMAND ${target} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
      set_tests_properties(${context}.${room}.${name}.without_epoll PROPERTIES LABELS "${context};${room}" TIMEOUT 300
                           ENVIRONMENT "KONTOR_BUILD=${CMAKE_BINARY_DIR};GRPC_POLL_STRATEGY=poll")
    endif()
  endforeach()
  file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*/*_test.py ${CMAKE_SOURCE_DIR}/tests/*/*_test.sh)
  foreach(file ${scripts})
    string(REGEX MATCH "tests/([a-z_]+)/([a-z0-9_]+)_test\\.(py|sh)$" _ ${file})
    set(name ${CMAKE_MATCH_1}.${CMAKE_MATCH_2})
    if(CMAKE_MATCH_3 STREQUAL "py")
      add_test(NAME ${name} COMMAND /usr/bin/python3 ${file} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    else()
      add_test(NAME ${name} COMMAND bash ${file} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${CMAKE_MATCH_1}" ENVIRONMENT "KONTOR_BUILD=${CMAKE_BINARY_DIR}"
                         SKIP_RETURN_CODE 77) # tests/support/tool.py
  endforeach()
  kontor_fuzz()
endfunction()

# tests/fuzz/<name>_fuzz.c is the target fuzz_<name> with its seeds in tests/fuzz/<name>/, and the bounded test "fuzz.<name>": libFuzzer's
# with KONTOR_FUZZ, else driven by smoke.c.
function(kontor_fuzz)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/*_fuzz.c)
  foreach(file ${files})
    string(REGEX MATCH "([a-z0-9_]+)_fuzz\\.c$" _ ${file})
    set(name ${CMAKE_MATCH_1})
    set(seeds ${CMAKE_SOURCE_DIR}/tests/fuzz/${name})
    add_executable(fuzz_${name} ${file})
    target_link_libraries(fuzz_${name} PRIVATE runtime_rpc runtime_http ledger_batch)
    if(KONTOR_FUZZ)
      set(found ${CMAKE_BINARY_DIR}/fuzz/${name})
      file(MAKE_DIRECTORY ${found})
      target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
      add_test(NAME fuzz.${name} COMMAND fuzz_${name} -seed=1 -runs=200000 -max_total_time=60 -max_len=4096 -timeout=10 ${found} ${seeds})
    else()
      target_sources(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/smoke.c)
      add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${seeds})
    endif()
    set_tests_properties(fuzz.${name} PROPERTIES LABELS "fuzz" TIMEOUT 300)
  endforeach()
endfunction()
